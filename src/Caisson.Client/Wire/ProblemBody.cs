using Caisson.Core.Failures;

namespace Caisson.Client.Wire;

internal sealed record ProblemBody(ErrorCode Code, FailureKind Kind, string Message, string? Remedy);
