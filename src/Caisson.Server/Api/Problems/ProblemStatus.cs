using Caisson.Core.Failures;

namespace Caisson.Server.Api.Problems;

/// <summary>The HTTP status of each typed failure.</summary>
internal static class ProblemStatus
{
    /// <summary>The status that says best what went wrong.</summary>
    public static int Of(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => StatusCodes.Status400BadRequest,
        ErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorCode.PermissionDenied => StatusCodes.Status403Forbidden,
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.AlreadyExists or ErrorCode.Conflict => StatusCodes.Status409Conflict,
        ErrorCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        ErrorCode.Canceled => StatusCodes.Status499ClientClosedRequest,
        ErrorCode.Unsupported => StatusCodes.Status501NotImplemented,
        ErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>The failure that a status set by the web server itself stands for.</summary>
    public static ErrorCode CodeOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => ErrorCode.NotFound,
        StatusCodes.Status408RequestTimeout => ErrorCode.DeadlineExceeded,
        StatusCodes.Status413PayloadTooLarge => ErrorCode.ResourceExhausted,
        _ => ErrorCode.InvalidArgument,
    };
}
