using Caisson.Connect;
using Caisson.Core.Failures;
using Caisson.Dialects.E2b.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.E2b.Envd;

/// <summary>What RPC clients are told of a failure.</summary>
internal sealed partial class RpcFailures(ILogger<EnvdSurface> logger)
{
    public ConnectException? Translate(HttpContext http, Exception error)
    {
        switch (error)
        {
            case CaissonException { Code: ErrorCode.Unavailable }:
                // The sandbox is gone: the middleware above answers 502 or cuts the connection.
                return null;
            case CaissonException { Code: not ErrorCode.Internal } failure:
                return new ConnectException(CodeOf(failure.Code), E2bError.From(failure).Message, error);
            case OperationCanceledException:
                return new ConnectException(ConnectCode.Canceled, "the call was cancelled", error);
            default:
                LogFailed(logger, error, http.Request.Path);
                return new ConnectException(ConnectCode.Internal, error is CaissonException known ? known.Message : "internal error", error);
        }
    }

    private static ConnectCode CodeOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => ConnectCode.InvalidArgument,
        ErrorCode.Unauthenticated => ConnectCode.Unauthenticated,
        ErrorCode.PermissionDenied => ConnectCode.PermissionDenied,
        ErrorCode.NotFound => ConnectCode.NotFound,
        ErrorCode.AlreadyExists => ConnectCode.AlreadyExists,
        ErrorCode.Conflict => ConnectCode.FailedPrecondition,
        ErrorCode.ResourceExhausted => ConnectCode.ResourceExhausted,
        ErrorCode.DeadlineExceeded => ConnectCode.DeadlineExceeded,
        ErrorCode.Canceled => ConnectCode.Canceled,
        ErrorCode.Unsupported => ConnectCode.Unimplemented,
        _ => ConnectCode.Internal,
    };
}
