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
        var body = new JsonObject { ["templateID"] = "base", ["timeout"] = 300, ["secure"] = true, ["allow_internet_access"] = false };
        var sandbox = await server.SendAsync(HttpMethod.Post, "v2/sandboxes", CaissonServer.Json(body), cancellation);
        var id = (string)sandbox["sandboxID"]!;
        using var start = new HttpRequestMessage(HttpMethod.Post, "process.Process/Start") { Content = Envelope(shellCommand) };
        start.Headers.Add("E2b-Sandbox-Id", id);
        start.Headers.Add("E2b-Sandbox-Port", Port);
        start.Headers.Add("X-Access-Token", (string?)sandbox["envdAccessToken"]);
        start.Headers.Add("Connect-Protocol-Version", "1");
        start.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("user:"u8));
        using var answer = await server.Http.SendAsync(start, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        // The kernel's status 0 is left out by protobuf's JSON form: what tells success is an end without an error.
        if (!text.Contains("\"end\"", StringComparison.Ordinal) || text.Contains("\"error\"", StringComparison.Ordinal))
            throw new BenchException($"the first command did not end well: {(int)answer.StatusCode} {text}");
        return id;
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
