namespace Caisson.Core.Sandboxes;

/// <summary>Hard upper bounds of one sandbox; every figure is enforced or the start is refused.</summary>
public sealed record Resources
{
    /// <summary>Memory of all processes together, in bytes, swap included.</summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>Processes and threads alive at once.</summary>
    public int Pids { get; init; } = 256;

    /// <summary>Processor time per second of wall time, in cores.</summary>
    public double Cpus { get; init; } = 1;

    /// <summary>What may be written to the sandbox's own file system, in bytes; mounts are not counted.</summary>
    public long DiskBytes { get; init; } = 512L << 20;

    /// <summary>What may be read from and written to that file system per second, each, in bytes; null for no bound.</summary>
    public long? DiskBytesPerSecond { get; init; }

    /// <summary>Output kept or passed on per execution, in bytes; what comes after is dropped and marked.</summary>
    public long OutputBytes { get; init; } = 64L << 20;
}
