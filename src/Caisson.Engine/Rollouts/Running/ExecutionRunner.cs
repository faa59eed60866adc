using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Rollouts.Running;

/// <summary>Runs an execution in a fresh sandbox, and in another when ours failed, a bounded number of times.</summary>
internal sealed partial class ExecutionRunner(IExecutionSlots slots, IForkedExecutions? forks, RolloutOptions options, TimeProvider time, ILogger log)
{
    /// <summary>Gives the result to <paramref name="deliver"/> as soon as it is known; returns once the sandbox is gone. Only a cancellation is thrown.</summary>
    public async Task RunAsync(string tenant, RolloutExecution execution, string label, Action<RolloutResult> deliver, CancellationToken cancellation)
    {
        var delivered = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (forks is not null && !execution.Fresh && await forks.TryRunAsync(tenant, execution, cancellation) is { } forked)
                {
                    delivered = true;
                    deliver(forked with { Attempts = attempt });
                    return;
                }

                await using var slot = await slots.TakeAsync(tenant, SpecOf(execution, label), cancellation);
                var result = await new ExecutionAttempt(slot.Sandbox, execution, time).RunAsync(cancellation);
                delivered = true;
                deliver(result with { Attempts = attempt });
                return;
            }
            catch (Exception failure) when (!delivered && !cancellation.IsCancellationRequested)
            {
                if (attempt >= options.Attempts || !MayHelp(failure))
                {
                    deliver(Failed(execution, failure, attempt));
                    return;
                }

                LogRetried(label, attempt, failure.Message);
            }

            await Task.Delay(options.RetryPause * Math.Pow(2, attempt - 1), time, cancellation);
        }
    }

    private SandboxSpec SpecOf(RolloutExecution execution, string label) => execution.Spec with
    {
        Lifecycle = new Lifecycle { Timeout = execution.Steps.Aggregate(options.Grace, (sum, step) => sum + step.Timeout) },
        Metadata = new Dictionary<string, string>(execution.Spec.Metadata, StringComparer.Ordinal) { [FreshSandboxes.Label] = label },
    };

    // What was refused for good is refused again; a server that is full for the moment, or failed, may do better.
    private static bool MayHelp(Exception failure) =>
        failure is not CaissonException { Code: ErrorCode.Unsupported or ErrorCode.InvalidArgument or ErrorCode.NotFound or ErrorCode.PermissionDenied };

    private static RolloutResult Failed(RolloutExecution execution, Exception failure, int attempts) => new()
    {
        Label = RolloutLabel.Infrastructure,
        Name = execution.Name,
        Message = failure is CaissonException ? failure.Message : "the server failed",
        Remedy = failure is CaissonException { Remedy: { } remedy } ? remedy : attempts > 1 ? string.Create(CultureInfo.InvariantCulture, $"It was tried {attempts} times; submit it again.") : null,
        Attempts = attempts,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "An execution of rollout {Rollout} gets another sandbox after attempt {Attempt}: {Reason}")]
    private partial void LogRetried(string rollout, int attempt, string reason);
}
