using Microsoft.AspNetCore.Http;

namespace Caisson.Connect;

/// <summary>One call as its handler sees it.</summary>
public sealed class ConnectContext
{
    internal ConnectContext(HttpContext http, ConnectDeadline deadline)
    {
        Http = http;
        Timeout = deadline.Timeout;
        Cancellation = deadline.Token;
    }

    /// <summary>The request and response below; headers may be read and, before the first message, set.</summary>
    public HttpContext Http { get; }

    /// <summary>How long the caller waits, or null for ever.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Cancelled when the caller is gone or its deadline has passed.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Metadata that follows the last message.</summary>
    public IDictionary<string, string[]> Trailers { get; } = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
}
