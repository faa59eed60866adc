using Caisson.Core.Events;
using Caisson.Core.Sandboxes;

namespace Caisson.Core.Backends;

/// <summary>What a wall needs to start one sandbox.</summary>
/// <param name="Id">The sandbox's id; every host resource is named after it.</param>
/// <param name="Spec">What it is asked to be.</param>
/// <param name="Root">The file system it sees.</param>
/// <param name="StateDirectory">A directory of its own on the host, not yet there, removed with it.</param>
/// <param name="Timeline">Where its egress decisions and limits are written.</param>
/// <param name="Detached">Whether it outlives this process (a server's) or dies with it (a one-shot run).</param>
public sealed record StartRequest(
    SandboxId Id,
    SandboxSpec Spec,
    RootFileSystem Root,
    string StateDirectory,
    ITimeline Timeline,
    bool Detached)
{
    /// <summary>Where the disk of what it writes is to lie if its wall gives it one: made if it is not there, taken over if it is, and never removed by the wall. Null for a place that goes with the sandbox.</summary>
    public string? Disk { get; init; }

    /// <summary>The directory in which <see cref="ICheckpointable"/> wrote it: its processes go on from there, on the same disk. Null for a fresh start. The wall does not remove it.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The copy that it goes on from, instead of a fresh start. Its root stands on what the copied one stood on; its disk is not there yet.</summary>
    public SandboxCopy? Copy { get; init; }
}
