using Caisson.Client;

namespace Caisson.Cli.Rollouts;

/// <summary>One line of the output file.</summary>
/// <param name="Line">Which line of the input it is the result of, from 1.</param>
/// <param name="Name">The name given there, or null.</param>
/// <param name="Label">How it ended and whose fault that is.</param>
/// <param name="Message">What happened, where the steps do not say it, or null.</param>
/// <param name="Remedy">What to do about it, or null.</param>
/// <param name="Steps">The steps that ran.</param>
/// <param name="Files">The files asked for that were there.</param>
/// <param name="Denials">Connections refused.</param>
/// <param name="Attempts">How many sandboxes it took.</param>
/// <param name="Isolation">What kept it apart from others.</param>
internal sealed record OutputLine(
    int Line, string? Name, RolloutLabel Label, string? Message, string? Remedy, IReadOnlyList<RolloutStepOutcome> Steps, IReadOnlyDictionary<string, byte[]> Files,
    IReadOnlyList<ExecDenial> Denials, int Attempts, string? Isolation);
