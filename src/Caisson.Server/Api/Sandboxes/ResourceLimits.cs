namespace Caisson.Server.Api.Sandboxes;

/// <summary>Upper bounds of one sandbox; null takes the server's default.</summary>
internal sealed record ResourceLimits
{
    /// <summary>Memory of all processes together, in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Processes and threads alive at once.</summary>
    public int? Pids { get; init; }

    /// <summary>Processor time per second, in cores.</summary>
    public double? Cpus { get; init; }

    /// <summary>What may be written to the sandbox's own file system, in bytes.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>Output passed on per execution, in bytes.</summary>
    public long? OutputBytes { get; init; }
}
