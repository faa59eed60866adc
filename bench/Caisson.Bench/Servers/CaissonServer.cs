using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Caisson.Bench.Servers;

/// <summary>A Caisson server of our own and the calls of its native interface.</summary>
internal sealed class CaissonServer : IAsyncDisposable
{
    private static readonly TimeSpan _longestStart = TimeSpan.FromSeconds(20);
    private readonly Process _process;

    private CaissonServer(Process process, Uri address, string key)
    {
        _process = process;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Add("X-API-KEY", key);
    }

    /// <summary>Speaks to the server with a key.</summary>
    public HttpClient Http { get; }

    public static async Task<CaissonServer> StartAsync(string program, string state, CancellationToken cancellation)
    {
        var key = (await ChildProgram.ReadAsync([program, "key", "create", "--state", state], "/", cancellation)).Trim().Split('\n')[^1].Trim();
        var port = FreePort();
        var log = Path.Combine(Path.GetDirectoryName(state)!, "server.log");
        var process = ChildProgram.Start(
            ["/bin/sh", "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", log, program, "--port", port.ToString(CultureInfo.InvariantCulture), "--state", state],
            "/",
            captures: false);
        var server = new CaissonServer(process, new Uri($"http://127.0.0.1:{port}/"), key);
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var health = await server.Http.GetAsync("health", cancellation);
                health.EnsureSuccessStatusCode();
                return server;
            }
            catch (HttpRequestException) when (!process.HasExited && Stopwatch.GetElapsedTime(start) < _longestStart)
            {
                await Task.Delay(50, cancellation);
            }
            catch (HttpRequestException)
            {
                await server.DisposeAsync();
                throw new BenchException($"the server does not start: {(File.Exists(log) ? File.ReadLines(log).LastOrDefault() : null)}");
            }
        }
    }

    /// <summary>Creates a sandbox, with a first program in the same call where one is named; returns its id.</summary>
    public async Task<string> CreateAsync(string? program, CancellationToken cancellation)
    {
        var body = new JsonObject { ["timeoutSeconds"] = 300 };
        if (program is not null)
            body["exec"] = new JsonObject { ["command"] = program };
        var answer = await SendAsync(HttpMethod.Post, "v1/sandboxes", Json(body), cancellation);
        if (program is not null && (int?)answer["exec"]?["exitCode"] != 0)
            throw new BenchException($"the first program did not end well: {answer["exec"]?.ToJsonString()}");
        return (string)answer["sandbox"]!["id"]!;
    }

    /// <summary>Runs a program in a running sandbox.</summary>
    public async Task ExecAsync(string id, string program, CancellationToken cancellation)
    {
        var answer = await SendAsync(HttpMethod.Post, $"v1/sandboxes/{id}/exec", Json(new JsonObject { ["command"] = program }), cancellation);
        if ((int?)answer["exitCode"] != 0)
            throw new BenchException($"the program did not end well: {answer.ToJsonString()}");
    }

    /// <summary>Ends a sandbox.</summary>
    public async Task KillAsync(string id, CancellationToken cancellation)
    {
        using var answer = await Http.DeleteAsync($"v1/sandboxes/{id}", cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Writes a file in a sandbox.</summary>
    public async Task WriteAsync(string id, string path, byte[] content, CancellationToken cancellation)
    {
        using var body = new ByteArrayContent(content);
        await SendAsync(HttpMethod.Put, $"v1/sandboxes/{id}/files?path={Uri.EscapeDataString(path)}", body, cancellation);
    }

    /// <summary>Reads a file of a sandbox and returns its length.</summary>
    public async Task<long> ReadAsync(string id, string path, CancellationToken cancellation)
    {
        using var answer = await Http.GetAsync($"v1/sandboxes/{id}/files?path={Uri.EscapeDataString(path)}", HttpCompletionOption.ResponseHeadersRead, cancellation);
        answer.EnsureSuccessStatusCode();
        await using var content = await answer.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[256 << 10];
        long total = 0;
        int count;
        while ((count = await content.ReadAsync(buffer, cancellation)) > 0)
            total += count;
        return total;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            using var kill = ChildProgram.Start(["/bin/kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)], "/", captures: false);
            using var limit = new CancellationTokenSource(_longestStart);
            await _process.WaitForExitAsync(limit.Token);
        }

        _process.Dispose();
    }

    /// <summary>Sends a request and reads the JSON that comes back.</summary>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, HttpContent content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await Http.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new BenchException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }

    /// <summary>A JSON body of known length.</summary>
    public static ByteArrayContent Json(JsonNode body) =>
        new(Encoding.UTF8.GetBytes(body.ToJsonString())) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
