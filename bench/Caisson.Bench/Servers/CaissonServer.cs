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
    // Where gigabytes were installed just before, each write of the first start waits behind them.
    private static readonly TimeSpan _longestStart = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan _longestFill = TimeSpan.FromSeconds(120);
    private readonly Process _process;

    private CaissonServer(Process process, Uri address, string key)
    {
        _process = process;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Add("X-API-KEY", key);
    }

    /// <summary>Speaks to the server with a key.</summary>
    public HttpClient Http { get; }

    /// <summary>The server's process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts one and waits until it serves.</summary>
    /// <param name="program">Its program.</param>
    /// <param name="state">Its state directory.</param>
    /// <param name="options">Its options.</param>
    /// <param name="environment">What it has beside our own environment, each as NAME=VALUE.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<CaissonServer> StartAsync(string program, string state, IReadOnlyList<string> options, IReadOnlyList<string> environment, CancellationToken cancellation)
    {
        var key = (await ChildProgram.ReadAsync([program, "key", "create", "--scope", "admin", "--state", state], "/", cancellation)).Trim().Split('\n')[^1].Trim();
        var port = FreePort();
        var log = $"{state}.log";
        var process = ChildProgram.Start(
            ["/bin/sh", "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", log, "/usr/bin/env", .. environment, program, "--port", port.ToString(CultureInfo.InvariantCulture), "--state", state, .. options],
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
                var end = process.HasExited ? $"exit code {process.ExitCode}" : $"nothing for {_longestStart.TotalSeconds} s";
                await server.DisposeAsync();
                throw new BenchException($"the server does not start: {end}: {(File.Exists(log) ? string.Join(" | ", File.ReadLines(log).TakeLast(3)) : "no log")}");
            }
        }
    }

    /// <summary>Creates a sandbox, with a first program in the same call where one is named; returns its id.</summary>
    public async Task<string> CreateAsync(string? program, CancellationToken cancellation, string? wall = null)
    {
        var body = new JsonObject { ["timeoutSeconds"] = 300 };
        if (wall is not null)
            body["wall"] = wall;
        if (program is not null)
            body["exec"] = new JsonObject { ["command"] = program };
        var answer = await SendAsync(HttpMethod.Post, "v1/sandboxes", Json(body), cancellation);
        if (program is not null && (int?)answer["exec"]?["exitCode"] != 0)
            throw new BenchException($"the first program did not end well: {answer["exec"]?.ToJsonString()}");
        return (string)answer["sandbox"]!["id"]!;
    }

    /// <summary>Stops a sandbox with its memory kept.</summary>
    public Task PauseAsync(string id, CancellationToken cancellation) => PostAsync($"v1/sandboxes/{id}/pause", [], cancellation);

    /// <summary>Lets it go on.</summary>
    public Task ResumeAsync(string id, CancellationToken cancellation) => PostAsync($"v1/sandboxes/{id}/resume", [], cancellation);

    /// <summary>Starts a sandbox of another's files as they are now; returns its id.</summary>
    public async Task<string> ForkAsync(string id, CancellationToken cancellation)
    {
        var answer = await SendAsync(HttpMethod.Post, $"v1/sandboxes/{id}/fork", Json(new JsonObject { ["memory"] = false }), cancellation);
        return (string?)answer["items"]![0]!["sandbox"]?["sandbox"]?["id"] ?? throw new BenchException($"there is no fork: {answer.ToJsonString()}");
    }

    /// <summary>For how long a sandbox stood still while its files were copied, each time, in milliseconds.</summary>
    public async Task<IReadOnlyList<double>> StoodStillAsync(string id, CancellationToken cancellation)
    {
        const string Before = "it stood still for ";
        var text = await Http.GetStringAsync($"v1/sandboxes/{id}/timeline?limit=1000", cancellation);
        return [.. text.Split(Before).Skip(1).Select(rest => double.Parse(rest[..rest.IndexOf(' ', StringComparison.Ordinal)], CultureInfo.InvariantCulture))];
    }

    /// <summary>Runs a program in a running sandbox.</summary>
    public Task ExecAsync(string id, string program, CancellationToken cancellation) => ExecAsync(id, [program], cancellation);

    /// <summary>Runs a program with arguments in a running sandbox.</summary>
    public async Task ExecAsync(string id, IReadOnlyList<string> program, CancellationToken cancellation)
    {
        var body = new JsonObject { ["command"] = program[0], ["arguments"] = new JsonArray([.. program.Skip(1).Select(argument => (JsonNode)argument)]) };
        var answer = await SendAsync(HttpMethod.Post, $"v1/sandboxes/{id}/exec", Json(body), cancellation);
        if ((int?)answer["exitCode"] != 0)
            throw new BenchException($"the program did not end well: {answer.ToJsonString()}");
    }

    /// <summary>Ends a sandbox.</summary>
    public async Task KillAsync(string id, CancellationToken cancellation)
    {
        using var answer = await Http.DeleteAsync($"v1/sandboxes/{id}", cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until the pool of a template holds this many and starts no more; returns the median time of a claim on the server, in milliseconds.</summary>
    public async Task<double> PooledAsync(string template, int count, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var pools = JsonNode.Parse(await Http.GetStringAsync("v1/pools", cancellation))!["items"]!.AsArray();
            if (pools.FirstOrDefault(pool => (string?)pool!["template"] == template && (int)pool["ready"]! >= count && (int)pool["starting"]! == 0) is { } full)
                return (double)full["claimMilliseconds"]!;
            if (Stopwatch.GetElapsedTime(start) > _longestFill)
                throw new BenchException($"the pool does not fill: {pools.ToJsonString()}");
            await Task.Delay(5, cancellation);
        }
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
            using var limit = new CancellationTokenSource(_longestFill);
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

    private async Task PostAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        using var content = Json(body);
        using var answer = await Http.PostAsync(path, content, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new BenchException($"POST {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
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
