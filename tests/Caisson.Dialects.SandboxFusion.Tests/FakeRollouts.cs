using System.Collections.Concurrent;
using Caisson.Engine.Rollouts;

namespace Caisson.Dialects.SandboxFusion.Tests;

/// <summary>An engine that answers every execution by a script.</summary>
internal sealed class FakeRollouts : IRolloutEngine
{
    public ConcurrentQueue<(string Tenant, RolloutExecution Execution)> Asked { get; } = new();

    public Func<RolloutExecution, RolloutResult> Answer { get; set; } = _ => Ended("", 0);

    public static RolloutResult Ended(string stdout, int exit, params string[] before) => new()
    {
        Label = exit == 0 ? RolloutLabel.Ok : RolloutLabel.Task,
        Steps =
        [
            .. before.Select(name => new RolloutStepResult { Name = name, ExitCode = 0 }),
            new RolloutStepResult { Name = "run", ExitCode = exit, Stdout = System.Text.Encoding.UTF8.GetBytes(stdout), Duration = TimeSpan.FromMilliseconds(1500) },
        ],
    };

    public Task<RolloutResult> RunAsync(string tenant, RolloutExecution execution, RolloutPriority priority, CancellationToken cancellation)
    {
        Asked.Enqueue((tenant, execution));
        return Task.FromResult(Answer(execution));
    }

    public Task<RolloutInfo> SubmitAsync(string tenant, RolloutRequest request, CancellationToken cancellation) => throw new NotSupportedException();

    public RolloutInfo Get(string tenant, string id) => throw new NotSupportedException();

    public IAsyncEnumerable<RolloutResult> ReadAsync(string tenant, string id, long after, CancellationToken cancellation) => throw new NotSupportedException();

    public Task CancelAsync(string tenant, string id, CancellationToken cancellation) => throw new NotSupportedException();
}
