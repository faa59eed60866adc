namespace Caisson.Engine.Timeline;

/// <summary>Bounds of one sandbox's timeline.</summary>
/// <param name="Entries">The most entries kept in memory.</param>
/// <param name="Bytes">The most memory they may take, as estimated.</param>
/// <param name="FileBytes">The most that is kept on disk; the oldest half is dropped first.</param>
/// <param name="Queue">How many entries of all sandboxes may wait to be written.</param>
internal sealed record TimelineLimits(int Entries = 10_000, long Bytes = 4 << 20, long FileBytes = 16 << 20, int Queue = 8192);
