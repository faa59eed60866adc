using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Rollouts.Running;

/// <summary>A new sandbox for every execution, ended with it.</summary>
public sealed partial class FreshSandboxes(ISandboxEngine engine, ILogger<FreshSandboxes> log) : IExecutionSlots
{
    /// <summary>The label by which the sandboxes of executions are known.</summary>
    public const string Label = "caisson.rollout";

    private const int Concurrency = 8;

    /// <inheritdoc/>
    public async Task<IExecutionSlot> TakeAsync(string tenant, SandboxSpec spec, CancellationToken cancellation) =>
        new Slot(await engine.CreateAsync(tenant, spec, cancellation), this);

    /// <inheritdoc/>
    public Task ReclaimAsync(CancellationToken cancellation) => Parallel.ForEachAsync(
        engine.All.Where(sandbox => sandbox.Info.Spec.Metadata.ContainsKey(Label)).ToList(),
        new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation },
        async (sandbox, _) => await EndAsync(sandbox));

    private async Task EndAsync(ISandbox sandbox)
    {
        try
        {
            // Bounded by the engine's own limit on each attempt to take a sandbox down.
            await sandbox.KillAsync(CancellationToken.None);
        }
        catch (CaissonException gone) when (gone.Code == ErrorCode.NotFound)
        {
            // It ended by itself meanwhile.
        }
        catch (CaissonException failure)
        {
            LogNotEnded(sandbox.Info.Id, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sandbox {Id} of an execution could not be ended: {Reason}")]
    private partial void LogNotEnded(SandboxId id, string reason);

    private sealed class Slot(ISandbox sandbox, FreshSandboxes owner) : IExecutionSlot
    {
        public ISandbox Sandbox => sandbox;

        public async ValueTask DisposeAsync() => await owner.EndAsync(sandbox);
    }
}
