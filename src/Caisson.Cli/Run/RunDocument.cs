namespace Caisson.Cli.Run;

/// <summary>What <c>caisson run --json</c> prints.</summary>
/// <param name="ExitCode">The exit code of <c>caisson run</c> itself.</param>
/// <param name="Signal">The signal that ended the command, or null.</param>
/// <param name="Stdout">Its standard output.</param>
/// <param name="Stderr">Its standard error.</param>
/// <param name="Failure">Whose fault a failure is: task, infrastructure, policy, timeout, outOfMemory or quota; null when there is none.</param>
/// <param name="Message">Why it could not be started, or null.</param>
/// <param name="OutputDropped">Bytes of output dropped by the output limit.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="Denials">Connections that were refused.</param>
internal sealed record RunDocument(
    int ExitCode,
    int? Signal,
    string Stdout,
    string Stderr,
    string? Failure,
    string? Message,
    long OutputDropped,
    long DurationMs,
    IReadOnlyList<DenialDocument> Denials);
