using System.Text;
using Caisson.Engine.Rollouts;

namespace Caisson.Server.Api.Rollouts;

/// <summary>What came of one execution.</summary>
/// <param name="Sequence">Its place in the stream, from 1: what to resume after.</param>
/// <param name="Index">Which execution of the rollout it was, from 0.</param>
/// <param name="Name">The caller's own name for it, or null.</param>
/// <param name="Label">How it ended and whose fault that is.</param>
/// <param name="Message">What happened, where the steps do not say it, or null.</param>
/// <param name="Remedy">What to do about it, or null.</param>
/// <param name="Steps">The steps that ran.</param>
/// <param name="Files">The files asked for that were there: base64 by path.</param>
/// <param name="Denials">Connections refused, at most 100.</param>
/// <param name="Attempts">How many sandboxes it took.</param>
/// <param name="Isolation">What kept it apart from others: a sandbox of its own, or a cell of a zygote's.</param>
internal sealed record RolloutResultLine(
    long Sequence, int Index, string? Name, RolloutLabel Label, string? Message, string? Remedy, IReadOnlyList<StepBody> Steps,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files, IReadOnlyList<Processes.Denial> Denials, int Attempts, RolloutIsolation Isolation) : RolloutLine
{
    /// <summary>The line of a result.</summary>
    public static RolloutResultLine Of(RolloutResult result) => new(
        result.Sequence, result.Index, result.Name, result.Label, result.Message, result.Remedy,
        [.. result.Steps.Select(Step)],
        result.Files.DistinctBy(file => file.Path, StringComparer.Ordinal).ToDictionary(file => file.Path, file => file.Content, StringComparer.Ordinal),
        [.. result.Denials.Select(denial => new Processes.Denial(denial.Host, denial.Port, denial.Rule, denial.Remedy))],
        result.Attempts,
        result.Isolation);

    private static StepBody Step(RolloutStepResult step) => new(
        step.Name, step.ExitCode, step.Signal, step.TimedOut, step.OutOfMemory, step.OutputExceeded,
        Encoding.UTF8.GetString(step.Stdout.Span), Encoding.UTF8.GetString(step.Stderr.Span), Math.Round(step.Duration.TotalSeconds, 6));
}
