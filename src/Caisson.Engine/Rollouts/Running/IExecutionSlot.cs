using Caisson.Engine.Sandboxes;

namespace Caisson.Engine.Rollouts.Running;

/// <summary>A sandbox for one execution; disposing gives it back, after which nothing of the execution is left, and never throws.</summary>
public interface IExecutionSlot : IAsyncDisposable
{
    /// <summary>The sandbox.</summary>
    ISandbox Sandbox { get; }
}
