using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Rollouts.Running;

/// <summary>Where executions find a sandbox that nothing has run in.</summary>
public interface IExecutionSlots
{
    /// <summary>A sandbox in a fresh state as the spec asks for it.</summary>
    Task<IExecutionSlot> TakeAsync(string tenant, SandboxSpec spec, CancellationToken cancellation);

    /// <summary>Ends what executions of an earlier server left behind; to be called once, before the first is taken.</summary>
    Task ReclaimAsync(CancellationToken cancellation);
}
