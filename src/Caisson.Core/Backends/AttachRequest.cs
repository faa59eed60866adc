using Caisson.Core.Events;
using Caisson.Core.Sandboxes;

namespace Caisson.Core.Backends;

/// <summary>What is needed to find a sandbox again after a restart.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Spec">What it was asked to be.</param>
/// <param name="StateDirectory">Where its wall wrote what it needs.</param>
/// <param name="Timeline">Where its egress decisions and limits are written.</param>
/// <param name="Frozen">Whether it was paused: then it is to stand still, else to run, whatever it was found doing.</param>
public sealed record AttachRequest(SandboxId Id, SandboxSpec Spec, string StateDirectory, ITimeline Timeline, bool Frozen = false)
{
    /// <summary>Where its disk lies, if that was said at its start.</summary>
    public string? Disk { get; init; }

    /// <summary>Where it was being written to when whoever asked for that ended: it is gone when that was done, and else goes on as if it had not been asked. Null when nothing was under way.</summary>
    public string? Checkpoint { get; init; }
}
