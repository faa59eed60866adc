using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Caisson.Connect.Calls;

internal sealed class UnaryCall<TRequest, TResponse>(
    JsonTypeInfo<TRequest> request,
    JsonTypeInfo<TResponse> response,
    Func<TRequest, ConnectContext, Task<TResponse>> procedure,
    ConnectOptions options)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!ConnectGate.TryEnter(http, ConnectHeaders.UnaryJson))
            return;
        ConnectDeadline? deadline = null;
        try
        {
            ConnectGate.CheckTerms(http, "Content-Encoding");
            deadline = ConnectDeadline.Begin(http);
            var message = await ReadAsync(http, deadline.Token);
            var context = new ConnectContext(http, deadline);
            await WriteAsync(http, await procedure(message, context), context);
        }
        catch (Exception error) when (ConnectFailure.Of(http, deadline, error, options) is { } failure && !http.Response.HasStarted)
        {
            await ConnectErrorBody.WriteAsync(http, failure);
        }
        finally
        {
            deadline?.Dispose();
        }
    }

    private async Task<TRequest> ReadAsync(HttpContext http, CancellationToken cancellation)
    {
        if (http.Request.ContentLength > options.MaxMessageBytes)
            throw ConnectMessage.TooLarge(options.MaxMessageBytes);
        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellation);
            var buffer = result.Buffer;
            if (buffer.Length > options.MaxMessageBytes)
            {
                // Let go of the reader, so that the server can drain the rest and the caller can read the answer.
                reader.AdvanceTo(buffer.End);
                throw ConnectMessage.TooLarge(options.MaxMessageBytes);
            }

            if (!result.IsCompleted)
            {
                reader.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            try
            {
                return buffer.IsSingleSegment
                    ? ConnectMessage.Parse(buffer.FirstSpan, request)
                    : ConnectMessage.Parse(buffer.ToArray(), request);
            }
            finally
            {
                // Also of a message that is refused: the server cuts a connection whose body is still held.
                reader.AdvanceTo(buffer.End);
            }
        }
    }

    private async Task WriteAsync(HttpContext http, TResponse message, ConnectContext context)
    {
        http.Response.ContentType = ConnectHeaders.UnaryJson;
        foreach (var (name, values) in context.Trailers)
            http.Response.Headers["Trailer-" + name] = values;
        await using (var json = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { Encoder = response.Options.Encoder }))
            JsonSerializer.Serialize(json, message, response);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
