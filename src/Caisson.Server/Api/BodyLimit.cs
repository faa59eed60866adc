using Microsoft.AspNetCore.Http.Metadata;

namespace Caisson.Server.Api;

/// <summary>Endpoint metadata: the most a request body may hold, null for no limit.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata
{
    /// <summary>What JSON bodies may hold.</summary>
    public static readonly BodyLimit Json = new(1 << 20);

    /// <summary>For routes that stream their body on and keep nothing of it.</summary>
    public static readonly BodyLimit Streamed = new((long?)null);
}
