using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Sandboxes;

/// <summary>Which state may follow which; nothing else changes a sandbox's state.</summary>
internal static class SandboxTransitions
{
    /// <summary>Whether a sandbox may go from one state to the other.</summary>
    public static bool Allows(SandboxState from, SandboxState to) => (from, to) switch
    {
        (SandboxState.Starting, SandboxState.Running or SandboxState.Paused or SandboxState.Failed) => true,
        (SandboxState.Running, SandboxState.Pausing or SandboxState.Snapshotting or SandboxState.Forking) => true,
        (SandboxState.Pausing, SandboxState.Paused or SandboxState.Running) => true,
        (SandboxState.Paused, SandboxState.Resuming or SandboxState.Snapshotting or SandboxState.Forking) => true,
        (SandboxState.Resuming, SandboxState.Running or SandboxState.Paused) => true,
        (SandboxState.Snapshotting or SandboxState.Forking, SandboxState.Running or SandboxState.Paused) => true,
        (SandboxState.Stopping, SandboxState.Stopped or SandboxState.Failed) => true,
        (_, SandboxState.Stopping) => from is not (SandboxState.Starting or SandboxState.Stopping or SandboxState.Stopped or SandboxState.Failed),
        _ => false,
    };
}
