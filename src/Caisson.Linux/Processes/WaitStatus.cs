namespace Caisson.Linux.Processes;

/// <summary>How a process ended, read from a wait status.</summary>
public readonly record struct WaitStatus(int Raw)
{
    /// <summary>The exit code, or null when a signal ended it.</summary>
    public int? ExitCode => (Raw & 0x7f) == 0 ? (Raw >> 8) & 0xff : null;

    /// <summary>The signal that ended it, or null.</summary>
    public int? Signal => (Raw & 0x7f) != 0 ? Raw & 0x7f : null;
}
