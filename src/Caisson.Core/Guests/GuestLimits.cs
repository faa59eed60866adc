namespace Caisson.Core.Guests;

/// <summary>Bounds that the guest keeps to and that callers may rely on.</summary>
public static class GuestLimits
{
    /// <summary>How long the exit of an ended process can still be asked for.</summary>
    public static readonly TimeSpan ExitRetention = TimeSpan.FromSeconds(30);

    /// <summary>How much output of one process is kept for late readers, in bytes; older output is dropped first.</summary>
    public const int OutputRetention = 4 << 20;

    /// <summary>The largest piece of output in one event, in bytes.</summary>
    public const int OutputChunk = 32 << 10;

    /// <summary>The most entries one directory listing returns.</summary>
    public const int ListedEntries = 100_000;
}
