using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Caisson.Dialects.SweRex.Sandboxes;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.SweRex.Http;

/// <summary>One request to one named sandbox.</summary>
internal sealed record SweRexCall(HttpContext Http, SandboxAddress Address, NamedSandboxes Sandboxes, SweRexOptions Options)
{
    public CancellationToken Cancellation => Http.RequestAborted;

    /// <summary>The body as a record.</summary>
    public Task<T> ReadAsync<T>(JsonTypeInfo<T> type) => RequestBody.ReadAsync(Http, type);

    /// <summary>The body of an answer.</summary>
    public static byte[] Answer<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);
}
