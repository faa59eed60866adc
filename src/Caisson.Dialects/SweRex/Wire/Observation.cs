namespace Caisson.Dialects.SweRex.Wire;

/// <summary>What came of an action.</summary>
/// <param name="Output">What was written until then.</param>
/// <param name="ExitCode">The exit code, or null where it was not asked for or could not be told.</param>
/// <param name="ExpectString">The pattern that ended the waiting; <see cref="Prompt"/> for the prompt.</param>
/// <param name="FailureReason">Always empty; clients fill it in.</param>
/// <param name="SessionType">Always <c>bash</c>.</param>
internal sealed record Observation(string Output, int? ExitCode, string ExpectString, string FailureReason = "", string SessionType = "bash")
{
    /// <summary>What the protocol calls the prompt.</summary>
    public const string Prompt = "SHELLPS1PREFIX";
}
