namespace Caisson.Core.Backends;

/// <summary>How strong a wall is, weakest first.</summary>
public enum WallStrength
{
    /// <summary>Namespaces, seccomp and limits of one kernel, without an image.</summary>
    Process,

    /// <summary>A language or WebAssembly runtime.</summary>
    Runtime,

    /// <summary>A container of an OCI runtime.</summary>
    Container,

    /// <summary>A kernel in user space.</summary>
    UserKernel,

    /// <summary>A virtual machine.</summary>
    Machine,
}
