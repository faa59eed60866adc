using System.Text.Json.Nodes;

namespace Caisson.Bench.Servers;

/// <summary>The HTTP calls that a client of the code interpreter makes: a sandbox, contexts, and runs in them.</summary>
internal sealed class InterpreterCalls
{
    private const string Port = "49999";
    private readonly CaissonServer _server;
    private readonly string? _token;

    private InterpreterCalls(CaissonServer server, string sandbox, string? token) => (_server, Sandbox, _token) = (server, sandbox, token);

    /// <summary>The sandbox's id.</summary>
    public string Sandbox { get; }

    /// <summary>Creates a sandbox of the interpreter's template.</summary>
    public static async Task<InterpreterCalls> CreateAsync(CaissonServer server, CancellationToken cancellation)
    {
        var (id, token) = await E2bCalls.CreateAsync(server, "code-interpreter-v1", timeout: 600, cancellation);
        return new InterpreterCalls(server, id, token);
    }

    /// <summary>Creates a Python context; returns its id.</summary>
    public async Task<string> CreateContextAsync(CancellationToken cancellation) =>
        (string)JsonNode.Parse(await SendAsync(HttpMethod.Post, "contexts", new JsonObject { ["language"] = "python" }, cancellation))!["id"]!;

    /// <summary>Runs code whose last value must come back as this text.</summary>
    public async Task RunAsync(string context, string code, string expected, CancellationToken cancellation)
    {
        var lines = await SendAsync(HttpMethod.Post, "execute", new JsonObject { ["code"] = code, ["context_id"] = context }, cancellation);
        if (!lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Any(line => JsonNode.Parse(line) is { } one && (string?)one["type"] == "result" && (string?)one["text"] == expected))
            throw new BenchException($"a run came back wrong: {lines}");
    }

    /// <summary>Ends a context.</summary>
    public Task DeleteContextAsync(string context, CancellationToken cancellation) => SendAsync(HttpMethod.Delete, $"contexts/{context}", null, cancellation);

    private async Task<string> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : CaissonServer.Json(body) };
        E2bCalls.Address(request, Sandbox, Port, _token);
        using var answer = await _server.Http.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode ? text : throw new BenchException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }
}
