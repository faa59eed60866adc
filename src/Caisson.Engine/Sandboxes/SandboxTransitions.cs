using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Sandboxes;

/// <summary>Which state may follow which; nothing else changes a sandbox's state.</summary>
internal static class SandboxTransitions
{
    /// <summary>Whether a sandbox may go from one state to the other.</summary>
    public static bool Allows(SandboxState from, SandboxState to) => (from, to) switch
    {
        (SandboxState.Starting, SandboxState.Running) => true,
        (SandboxState.Starting, SandboxState.Failed) => true,
        (SandboxState.Running, SandboxState.Stopping) => true,
        (SandboxState.Stopping, SandboxState.Stopped) => true,
        (SandboxState.Stopping, SandboxState.Failed) => true,
        _ => false,
    };
}
