using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Client.Wire;

/// <summary>Requests to one server, and its problems as typed failures.</summary>
internal sealed class Api : IDisposable
{
    private static readonly TimeSpan _connectPatience = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;

    public Api(Uri server, string key, HttpMessageHandler? handler)
    {
        Server = server;
        _http = new HttpClient(
            handler ?? new SocketsHttpHandler { ConnectTimeout = _connectPatience, UseCookies = false, AllowAutoRedirect = false, UseProxy = !server.IsLoopback },
            disposeHandler: handler is null)
        {
            BaseAddress = new Uri(server.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Add("X-API-KEY", key);
    }

    /// <summary>Where the server is.</summary>
    public Uri Server { get; }

    /// <summary>The path of a sandbox; text that is no id never gets into a URL.</summary>
    public static string Sandbox(string id) => SandboxId.TryParse(id, out var parsed)
        ? $"v1/sandboxes/{parsed}"
        : throw new CaissonException(ErrorCode.NotFound, "That is not the id of a sandbox.", "An id is twenty characters of a-z and 0-9.");

    public static HttpRequestMessage Message<TBody>(HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> form) =>
        new(method, path) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, form)) { Headers = { ContentType = new("application/json") } } };

    public Task<TResult> GetAsync<TResult>(string path, JsonTypeInfo<TResult> form, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), form, cancellation);

    public Task<TResult> SendAsync<TBody, TResult>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> form, JsonTypeInfo<TResult> result, CancellationToken cancellation) =>
        SendAsync(Message(method, path, body, form), result, cancellation);

    public Task SendAsync<TBody>(HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> form, CancellationToken cancellation) =>
        SendAsync(Message(method, path, body, form), cancellation);

    public Task SendAsync(HttpMethod method, string path, CancellationToken cancellation) => SendAsync(new HttpRequestMessage(method, path), cancellation);

    public async Task SendAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        using var response = await RequestAsync(message, cancellation);
    }

    public async Task<TResult> SendAsync<TResult>(HttpRequestMessage message, JsonTypeInfo<TResult> form, CancellationToken cancellation)
    {
        using var response = await RequestAsync(message, cancellation);
        try
        {
            await using var content = await response.Content.ReadAsStreamAsync(cancellation);
            return await JsonSerializer.DeserializeAsync(content, form, cancellation) ?? throw new JsonException("null");
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            throw new CaissonException(ErrorCode.Unavailable, "The server's answer broke off or was not understood.", inner: failure);
        }
    }

    /// <summary>Sends a request and returns once its headers are in; a status that is no success is thrown as a typed failure.</summary>
    public async Task<HttpResponseMessage> RequestAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        HttpResponseMessage response;
        try
        {
            using (message)
                response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw new CaissonException(
                ErrorCode.Unavailable, $"The server at {Server.GetLeftPart(UriPartial.Authority)} does not answer.", "Start it with 'caisson serve', or set CAISSON_URL.", inner: failure);
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await FailureAsync(response, cancellation);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<CaissonException> FailureAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            await using var content = await response.Content.ReadAsStreamAsync(cancellation);
            var problem = await JsonSerializer.DeserializeAsync(content, ClientJson.Default.ProblemBody, cancellation);
            if (problem is { Message: not null })
                return new CaissonException(problem.Code, problem.Message, problem.Remedy, problem.Kind);
        }
        catch (Exception failure) when (failure is JsonException or IOException)
        {
            // Something between us and the server answered in words of its own; the status is all there is.
        }

        return new CaissonException(ErrorCode.Unavailable, $"The server answered {(int)response.StatusCode}.");
    }
}
