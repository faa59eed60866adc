using Caisson.Core.Failures;

namespace Caisson.Server.Api.Problems;

/// <summary>Why a request failed, as application/problem+json (RFC 9457).</summary>
/// <param name="Title">The kind of failure in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">What went wrong.</param>
/// <param name="Kind">Whose fault it is.</param>
/// <param name="Message">What happened.</param>
/// <param name="Remedy">What to do about it, or null.</param>
internal sealed record Problem(
    string Title,
    int Status,
    ErrorCode Code,
    FailureKind Kind,
    string Message,
    string? Remedy);
