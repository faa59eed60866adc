namespace Caisson.Server.Api.Sandboxes;

/// <summary>Upper bounds of one sandbox; null takes the server's default.</summary>
internal sealed record ResourceLimits
{
    /// <summary>Memory of all processes together, in bytes.</summary>
    public long? MemoryBytes { get; set; }

    /// <summary>Processes and threads alive at once.</summary>
    public int? Pids { get; set; }

    /// <summary>Processor time per second, in cores.</summary>
    public double? Cpus { get; set; }

    /// <summary>What may be written to the sandbox's own file system, in bytes.</summary>
    public long? DiskBytes { get; set; }

    /// <summary>What may be read from and written to that file system per second, each, in bytes; none when null.</summary>
    public long? DiskBytesPerSecond { get; set; }

    /// <summary>Output passed on per execution, in bytes.</summary>
    public long? OutputBytes { get; set; }
}
