using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Sandboxes;

/// <summary>States as the timeline and messages write them.</summary>
internal static class StateNames
{
    public static string Of(SandboxState state) => state switch
    {
        SandboxState.Starting => "starting",
        SandboxState.Running => "running",
        SandboxState.Pausing => "pausing",
        SandboxState.Paused => "paused",
        SandboxState.Resuming => "resuming",
        SandboxState.Snapshotting => "snapshotting",
        SandboxState.Forking => "forking",
        SandboxState.Stopping => "stopping",
        SandboxState.Stopped => "stopped",
        SandboxState.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
