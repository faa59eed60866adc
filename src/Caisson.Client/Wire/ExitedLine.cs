using Caisson.Core.Failures;

namespace Caisson.Client.Wire;

internal sealed record ExitedLine(
    int? ExitCode, int? Signal, long OutputDropped, FailureKind? Failure, string? Message, IReadOnlyList<ExecDenial> Denials) : ExecLine;
