namespace Caisson.Core.Sandboxes;

/// <summary>Where a sandbox is in its life.</summary>
public enum SandboxState
{
    Starting,
    Running,
    Pausing,
    Paused,
    Resuming,
    Snapshotting,
    Forking,
    Stopping,
    Stopped,
    Failed,
}
