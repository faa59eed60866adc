using System.Text.Json.Serialization.Metadata;
using Caisson.Connect.Envelopes;
using Microsoft.AspNetCore.Http;

namespace Caisson.Connect.Calls;

internal sealed class ClientStreamCall<TRequest, TResponse>(
    JsonTypeInfo<TRequest> request,
    JsonTypeInfo<TResponse> response,
    Func<IAsyncEnumerable<TRequest>, ConnectContext, Task<TResponse>> procedure,
    ConnectOptions options)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!ConnectGate.TryEnter(http, ConnectHeaders.StreamJson))
            return;
        using var frames = new EnvelopeWriter(http.Response.BodyWriter);
        ConnectDeadline? deadline = null;
        ConnectContext? context = null;
        ConnectException? failure = null;
        try
        {
            ConnectGate.CheckTerms(http, ConnectHeaders.ContentEncoding);
            deadline = ConnectDeadline.Begin(http);
            context = new ConnectContext(http, deadline);
            var reader = new EnvelopeReader<TRequest>(http.Request.Body, request, options.MaxMessageBytes);
            var answer = await procedure(reader.ReadAllAsync(deadline.Token), context);
            http.Response.ContentType = ConnectHeaders.StreamJson;
            await frames.WriteAsync(answer, response, deadline.Token);
        }
        catch (Exception error) when (ConnectFailure.Of(http, deadline, error, options) is { } told)
        {
            failure = told;
        }
        finally
        {
            deadline?.Dispose();
        }

        if (!http.Response.HasStarted)
            http.Response.ContentType = ConnectHeaders.StreamJson;
        await frames.WriteEndAsync(failure, context?.Trailers, http.RequestAborted);
    }
}
