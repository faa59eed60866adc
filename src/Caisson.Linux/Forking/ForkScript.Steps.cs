using Caisson.Linux.Interop;

namespace Caisson.Linux.Forking;

public sealed unsafe partial class ForkScript
{
    /// <summary>Adds the steps that become another program, with no signal blocked.</summary>
    public void AddProgram(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        const int SetMask = 2;
        Add("rt_sigprocmask", Sys.RtSigprocmask, SetMask, (nint)Memory.Allocate(8), 0, 8);
        Add("execve", Sys.Execve, (nint)Memory.Copy(program), (nint)Memory.CopyArray(arguments), (nint)Memory.CopyArray(environment));
    }

    /// <summary>Adds the step that takes a mount away, with those below it, from the child's own mount namespace.</summary>
    public void AddUnmount(string path) => Add($"unmount {path}", Sys.Unmount2, (nint)Memory.Copy(path), Flags.MNT_DETACH);

    /// <summary>Adds the steps that write a text to a file that is there.</summary>
    public void AddWrite(string path, string content)
    {
        var fd = Add($"open {path}", Sys.Open, (nint)Memory.Copy(path), Flags.O_WRONLY | Flags.O_CLOEXEC);
        Add($"write {path}", Sys.Write, Result(fd), (nint)Memory.Copy(content), content.Length);
        Add("close", Sys.Close, Result(fd));
    }

    /// <summary>Adds the step that makes these capabilities permitted and effective, and none inheritable.</summary>
    public void AddCapabilities(ulong capabilities)
    {
        const int Version3 = 0x20080522;
        var header = (int*)Memory.Allocate(8);
        header[0] = Version3;
        var data = (uint*)Memory.Allocate(24);
        (data[0], data[1], data[3], data[4]) = ((uint)capabilities, (uint)capabilities, (uint)(capabilities >> 32), (uint)(capabilities >> 32));
        Add("capset", Sys.CapSet, (nint)header, (nint)data);
    }
}
