namespace Caisson.Protocol.Lines;

/// <summary>Holding a machine's disk while it is stopped and copied.</summary>
public static class DiskHold
{
    /// <summary>How long it is held at most while the machine runs: a guest that waited on it itself could not be told to release it.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(2);
}
