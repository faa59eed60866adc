using Microsoft.AspNetCore.Http;

namespace Caisson.Connect;

/// <summary>Decides what the caller is told of an exception.</summary>
internal static class ConnectFailure
{
    /// <summary>The failure to tell, or null when the exception is to go on upwards.</summary>
    public static ConnectException? Of(HttpContext http, ConnectDeadline? deadline, Exception error, ConnectOptions options)
    {
        if (error is ConnectException known)
            return known;
        if (http.RequestAborted.IsCancellationRequested)
            return null;
        if (deadline is { Reached: true })
            return new ConnectException(ConnectCode.DeadlineExceeded, $"the deadline of {deadline.Timeout!.Value.TotalMilliseconds} ms has passed", error);
        return error switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new ConnectException(ConnectCode.ResourceExhausted, "the request body is too large", error),
            BadHttpRequestException => new ConnectException(ConnectCode.InvalidArgument, "the request body is not valid HTTP", error),
            _ => options.Translate(http, error),
        };
    }
}
