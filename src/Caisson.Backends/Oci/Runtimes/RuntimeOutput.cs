namespace Caisson.Backends.Oci.Runtimes;

/// <summary>What a runtime's command answered.</summary>
/// <param name="ExitCode">Its exit code; -1 when it did not end in time and was killed.</param>
/// <param name="Output">What it said, both streams.</param>
internal sealed record RuntimeOutput(int ExitCode, string Output);
