using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Caisson.Bench.Servers;

/// <summary>The HTTP calls that an E2B client makes for <c>Sandbox.create()</c> and <c>commands.run()</c>.</summary>
internal static class E2bCalls
{
    private const string Port = "49983";

    /// <summary>Creates a sandbox and runs a shell command in it; returns its id.</summary>
    public static async Task<string> CreateAndRunAsync(CaissonServer server, string shellCommand, CancellationToken cancellation)
    {
        var (id, token) = await CreateAsync(server, "base", timeout: 300, cancellation);
        using var start = new HttpRequestMessage(HttpMethod.Post, "process.Process/Start") { Content = Envelope(shellCommand) };
        Address(start, id, Port, token);
        start.Headers.Add("Connect-Protocol-Version", "1");
        start.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("user:"u8));
        using var answer = await server.Http.SendAsync(start, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        // The kernel's status 0 is left out by protobuf's JSON form: what tells success is an end without an error.
        if (!text.Contains("\"end\"", StringComparison.Ordinal) || text.Contains("\"error\"", StringComparison.Ordinal))
            throw new BenchException($"the first command did not end well: {(int)answer.StatusCode} {text}");
        return id;
    }

    /// <summary>Creates a sandbox of a template that ends after so many seconds; returns its id and the token of its inner services.</summary>
    public static async Task<(string Id, string? Token)> CreateAsync(CaissonServer server, string template, int timeout, CancellationToken cancellation)
    {
        var body = new JsonObject { ["templateID"] = template, ["timeout"] = timeout, ["secure"] = true, ["allow_internet_access"] = false };
        var sandbox = await server.SendAsync(HttpMethod.Post, "v2/sandboxes", CaissonServer.Json(body), cancellation);
        return ((string)sandbox["sandboxID"]!, (string?)sandbox["envdAccessToken"]);
    }

    /// <summary>Sends a request to a port of a sandbox instead of to the server.</summary>
    public static void Address(HttpRequestMessage request, string id, string port, string? token)
    {
        request.Headers.Add("E2b-Sandbox-Id", id);
        request.Headers.Add("E2b-Sandbox-Port", port);
        request.Headers.Add("X-Access-Token", token);
    }

    private static ByteArrayContent Envelope(string shellCommand)
    {
        var message = new JsonObject
        {
            ["process"] = new JsonObject { ["cmd"] = "/bin/bash", ["args"] = new JsonArray("-l", "-c", shellCommand) },
            ["stdin"] = false,
        };
        var text = Encoding.UTF8.GetBytes(message.ToJsonString());
        var bytes = new byte[5 + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), text.Length);
        text.CopyTo(bytes, 5);
        return new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/connect+json") } };
    }
}
