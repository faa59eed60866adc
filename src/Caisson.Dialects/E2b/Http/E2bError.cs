using Caisson.Core.Failures;

namespace Caisson.Dialects.E2b.Http;

/// <summary>The error body of every REST surface; clients test <see cref="Code"/>, which repeats the HTTP status.</summary>
internal sealed record E2bError(int Code, string Message)
{
    public static E2bError From(CaissonException failure) =>
        new(StatusOf(failure.Code), failure.Remedy is null ? failure.Message : $"{failure.Message}. {failure.Remedy}");

    public static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => 400,
        ErrorCode.Unauthenticated => 401,
        ErrorCode.PermissionDenied => 403,
        ErrorCode.NotFound => 404,
        ErrorCode.AlreadyExists or ErrorCode.Conflict => 409,
        ErrorCode.ResourceExhausted => 429,
        ErrorCode.DeadlineExceeded => 504,
        ErrorCode.Canceled => 499,
        ErrorCode.Unsupported => 501,
        ErrorCode.Unavailable => 503,
        _ => 500,
    };
}
