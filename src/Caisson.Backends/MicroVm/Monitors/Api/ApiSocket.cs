using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Caisson.Core.Failures;
using Caisson.Linux.Interop;
using Caisson.Linux.Sockets;

namespace Caisson.Backends.MicroVm.Monitors.Api;

/// <summary>Speaks to a monitor over its API socket: HTTP, one call after another.</summary>
internal sealed class ApiSocket : IDisposable
{
    private const int MaxAnswer = 1 << 20;
    private const int MaxFault = 1000;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5);
    private readonly HttpClient _client;
    private readonly TimeSpan _patience;

    /// <param name="path">The socket. It may lie where the monitor can put another thing in its place, so a link is not followed.</param>
    /// <param name="patience">How long an answer may take.</param>
    public ApiSocket(string path, TimeSpan patience)
    {
        _patience = patience;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = (_, _) => new ValueTask<Stream>(new NetworkStream(UnixSockets.ConnectTo(path), ownsSocket: true)),
        })
        {
            BaseAddress = new Uri("http://localhost/"),
            MaxResponseContentBufferSize = MaxAnswer,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Waits until a monitor that has just been started answers this.</summary>
    public async Task ReadyAsync(string target, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_patience);
        try
        {
            while (!await AnswersAsync(target, limit.Token).ConfigureAwait(false))
                await Task.Delay(_pause, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw NoAnswer(HttpMethod.Get, target);
        }
    }

    /// <summary>Makes a call and returns the answer's body.</summary>
    public async Task<string> CallAsync(HttpMethod method, string target, JsonObject? body, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_patience);
        using var request = new HttpRequestMessage(method, target);
        if (body is not null)
        {
            // Neither takes a body in pieces, nor a type with a character set.
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using var answer = await _client.SendAsync(request, limit.Token).ConfigureAwait(false);
            var text = await answer.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode
                ? text
                : throw new CaissonException(ErrorCode.Internal, $"the machine's monitor refused {method} {target} ({(int)answer.StatusCode}): {Fault(text)}", "run 'caisson doctor'");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw NoAnswer(method, target);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or LinuxException)
        {
            throw new CaissonException(ErrorCode.Unavailable, "the machine's monitor is gone", "start another sandbox", inner: e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<bool> AnswersAsync(string target, CancellationToken cancellation)
    {
        try
        {
            await CallAsync(HttpMethod.Get, target, null, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (CaissonException e) when (e.Code == ErrorCode.Unavailable)
        {
            return false;
        }
    }

    private CaissonException NoAnswer(HttpMethod method, string target) =>
        new(ErrorCode.Unavailable, $"the machine's monitor did not answer {method} {target} within {_patience.TotalSeconds:0.#} s", "see whether the host is overloaded");

    // Firecracker says {"fault_message": "..."}, Cloud Hypervisor a list of causes, older ones plain text.
    private static string Fault(string text)
    {
        try
        {
            text = JsonNode.Parse(text) switch
            {
                JsonObject fault when fault["fault_message"] is JsonValue said => said.ToString(),
                JsonArray causes => string.Join(": ", causes.Select(cause => cause?.ToString())),
                _ => text,
            };
        }
        catch (JsonException)
        {
            // Plain text.
        }

        return text.Length <= MaxFault ? text : text[..MaxFault];
    }
}
