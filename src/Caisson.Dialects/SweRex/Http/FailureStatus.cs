using Caisson.Core.Failures;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.SweRex.Http;

/// <summary>Which status tells of a failure.</summary>
internal static class FailureStatus
{
    public static int Of(Exception failure) => failure switch
    {
        RaisedFailure => StatusCodes.Status511NetworkAuthenticationRequired,
        RefusedException known => known.Status,
        BadHttpRequestException bad => bad.StatusCode,
        CaissonException typed => Of(typed.Code),
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>What may be said of it.</summary>
    public static string Detail(Exception failure) => failure switch
    {
        CaissonException { Remedy: { } remedy } typed => $"{typed.Message} {remedy}",
        RefusedException or CaissonException or BadHttpRequestException => failure.Message,
        _ => "the server failed",
    };

    private static int Of(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => StatusCodes.Status400BadRequest,
        ErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorCode.PermissionDenied => StatusCodes.Status403Forbidden,
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.AlreadyExists or ErrorCode.Conflict => StatusCodes.Status409Conflict,
        ErrorCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        ErrorCode.Unsupported => StatusCodes.Status501NotImplemented,
        ErrorCode.Unavailable or ErrorCode.Canceled => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
