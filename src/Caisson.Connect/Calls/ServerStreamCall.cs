using System.Text.Json.Serialization.Metadata;
using Caisson.Connect.Envelopes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Caisson.Connect.Calls;

internal sealed class ServerStreamCall<TRequest, TResponse>(
    JsonTypeInfo<TRequest> request,
    JsonTypeInfo<TResponse> response,
    Func<TRequest, ConnectContext, IAsyncEnumerable<TResponse>> procedure,
    ConnectOptions options)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!ConnectGate.TryEnter(http, ConnectHeaders.StreamJson))
            return;
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var frames = new EnvelopeWriter(http.Response.BodyWriter);
        ConnectDeadline? deadline = null;
        ConnectContext? context = null;
        ConnectException? failure = null;
        try
        {
            ConnectGate.CheckTerms(http, ConnectHeaders.ContentEncoding);
            deadline = ConnectDeadline.Begin(http);
            var reader = new EnvelopeReader<TRequest>(http.Request.Body, request, options.MaxMessageBytes);
            var message = await reader.ReadSingleAsync(deadline.Token);
            context = new ConnectContext(http, deadline);
            await foreach (var item in procedure(message, context).WithCancellation(deadline.Token))
            {
                if (!http.Response.HasStarted)
                    http.Response.ContentType = ConnectHeaders.StreamJson;
                await frames.WriteAsync(item, response, deadline.Token);
            }
        }
        catch (Exception error) when (ConnectFailure.Of(http, deadline, error, options) is { } told)
        {
            failure = told;
        }
        finally
        {
            deadline?.Dispose();
        }

        // An error of a stream is told in its last frame: the status is 200 whatever happened.
        if (!http.Response.HasStarted)
            http.Response.ContentType = ConnectHeaders.StreamJson;
        await frames.WriteEndAsync(failure, context?.Trailers, http.RequestAborted);
    }
}
