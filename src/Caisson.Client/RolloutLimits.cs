using System.Text.Json.Serialization;

namespace Caisson.Client;

/// <summary>Upper bounds of one execution; null takes the server's default.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RolloutLimits
{
    /// <summary>Memory of all processes together, in bytes.</summary>
    public long? MemoryBytes { get; set; }

    /// <summary>Processes and threads alive at once.</summary>
    public int? Pids { get; set; }

    /// <summary>Processor time per second, in cores.</summary>
    public double? Cpus { get; set; }

    /// <summary>What may be written to the sandbox's own file system, in bytes.</summary>
    public long? DiskBytes { get; set; }
}
