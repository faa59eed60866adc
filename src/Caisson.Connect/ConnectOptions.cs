using Microsoft.AspNetCore.Http;

namespace Caisson.Connect;

/// <summary>How a procedure is served.</summary>
public sealed record ConnectOptions
{
    /// <summary>The largest request message, in bytes.</summary>
    public int MaxMessageBytes { get; init; } = 4 << 20;

    /// <summary>
    /// Turns an exception of a handler into what the caller is told. Null leaves the exception to the middleware above,
    /// which has to answer or to cut the connection. The default tells nothing but <c>internal</c>.
    /// </summary>
    public Func<HttpContext, Exception, ConnectException?> Translate { get; init; } =
        static (_, error) => new ConnectException(ConnectCode.Internal, "internal error", error);
}
