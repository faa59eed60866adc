using System.Net;
using System.Text;
using System.Text.Json;
using Caisson.Server.Tests.Fakes;
using Xunit;

namespace Caisson.Server.Tests;

public sealed class RolloutRoutesTests(ServerUnderTest server) : IClassFixture<ServerUnderTest>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Results_are_streamed_with_their_labels_and_can_be_read_again()
    {
        var lines = await StreamAsync("POST", "/v1/rollouts", """
            {"executions":[{"name":"a","command":"echo","arguments":["hi"]},{"command":"fail"},{"command":"oom"},{"command":"late"},{"command":"denied"},{"command":"lost"}]}
            """);
        Assert.Equal(("rollout", "end"), (lines[0].GetProperty("type").GetString(), lines[^1].GetProperty("type").GetString()));
        var labels = lines.Where(line => line.GetProperty("type").GetString() == "result").ToDictionary(line => line.GetProperty("index").GetInt32(), line => line.GetProperty("label").GetString());
        Assert.Equal(["ok", "task", "oom", "timeout", "policy", "infrastructure"], labels.OrderBy(pair => pair.Key).Select(pair => pair.Value));
        var first = lines.Single(line => line.TryGetProperty("index", out var index) && index.GetInt32() == 0);
        Assert.Equal(("a", "hi\n", 0), (first.GetProperty("name").GetString(), first.GetProperty("steps")[0].GetProperty("stdout").GetString(), first.GetProperty("steps")[0].GetProperty("exitCode").GetInt32()));
        var id = lines[0].GetProperty("rollout").GetProperty("id").GetString();
        Assert.Equal(4, (await StreamAsync("GET", $"/v1/rollouts/{id}/results?after=4", null)).Count);
        var (status, body) = await server.SendAsync("GET", $"/v1/rollouts/{id}");
        Assert.Equal((HttpStatusCode.OK, "completed", 1), (status, body.GetProperty("state").GetString(), body.GetProperty("labels").GetProperty("oom").GetInt32()));
        Assert.DoesNotContain(server.Engine.All, sandbox => sandbox.Info.Spec.Metadata.ContainsKey("caisson.rollout"));
    }

    [Fact]
    public async Task Without_a_stream_the_answer_comes_at_once_and_canceling_ends_it()
    {
        var (status, body) = await server.SendAsync("POST", "/v1/rollouts", """{"executions":[{"command":"hang","timeoutSeconds":3000}]}""");
        Assert.Equal(HttpStatusCode.Accepted, status);
        var path = $"/v1/rollouts/{body.GetProperty("id").GetString()}";
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", path)).Status);
        Assert.Equal("canceled", (await server.SendAsync("GET", path)).Body.GetProperty("state").GetString());
        Assert.Equal(2, (await StreamAsync("GET", path + "/results", null)).Count);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", path)).Status);
    }

    [Fact]
    public async Task A_key_is_idempotent_and_another_tenants_rollout_does_not_exist()
    {
        const string batch = """{"key":"k1","executions":[{"command":"echo"}]}""";
        var first = (await server.SendAsync("POST", "/v1/rollouts", batch)).Body.GetProperty("id").GetString();
        Assert.Equal(first, (await server.SendAsync("POST", "/v1/rollouts", batch)).Body.GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await server.SendAsync("POST", "/v1/rollouts", """{"key":"k1","executions":[{"command":"fail"}]}""")).Status);
        var bob = await server.Keys.CreateAsync("bob", ["admin"], null, Cancellation);
        foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/results"), ("DELETE", "") })
            Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(method, $"/v1/rollouts/{first}{path}", null, bob)).Status);
    }

    [Fact]
    public async Task Submitting_needs_exec_and_looking_needs_read()
    {
        var read = await server.Keys.CreateAsync("alice", ["read"], null, Cancellation);
        var exec = await server.Keys.CreateAsync("alice", ["exec"], null, Cancellation);
        const string batch = """{"executions":[{"command":"echo"}]}""";
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("POST", "/v1/rollouts", batch, read)).Status);
        var (status, body) = await server.SendAsync("POST", "/v1/rollouts", batch, exec);
        Assert.Equal(HttpStatusCode.Accepted, status);
        var path = $"/v1/rollouts/{body.GetProperty("id").GetString()}";
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("GET", path, null, exec)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("DELETE", path, null, read)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("GET", path, null, read)).Status);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"executions":[]}""")]
    [InlineData("""{"executions":[null]}""")]
    [InlineData("""{"executions":[{}]}""")]
    [InlineData("""{"executions":[{"command":""}]}""")]
    [InlineData("""{"executions":[{"command":"a","code":"b","language":"python"}]}""")]
    [InlineData("""{"executions":[{"code":"b"}]}""")]
    [InlineData("""{"executions":[{"code":"b","language":"cobol"}]}""")]
    [InlineData("""{"executions":[{"command":"a","timeoutSeconds":0}]}""")]
    [InlineData("""{"executions":[{"command":"a","timeoutSeconds":1e9}]}""")]
    [InlineData("""{"executions":[{"command":"a","outputLimit":0}]}""")]
    [InlineData("""{"executions":[{"command":"a","files":{"x":"not base64!"}}]}""")]
    [InlineData("""{"executions":[{"command":"a","files":{"":"eA=="}}]}""")]
    [InlineData("""{"executions":[{"command":"a","cwd":"relative"}]}""")]
    [InlineData("""{"executions":[{"command":"a","priority":"high"}]}""")]
    [InlineData("""{"priority":"urgent","executions":[{"command":"a"}]}""")]
    [InlineData("""{"key":"a b","executions":[{"command":"a"}]}""")]
    [InlineData("""{"executions":[{"command":"a","resources":{"memoryBytes":1}}]}""")]
    public async Task Bad_input_is_a_clear_400(string json)
    {
        var (status, body) = await server.SendAsync("POST", "/v1/rollouts", json);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotEmpty(body.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task An_unknown_template_or_language_that_nobody_packages_is_told_before_anything_runs()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("POST", "/v1/rollouts", """{"executions":[{"command":"a","template":"nowhere"}]}""")).Status);
        var (status, body) = await server.SendAsync("POST", "/v1/rollouts", """{"executions":[{"code":"x","language":"lean"}]}""");
        Assert.Equal(HttpStatusCode.NotImplemented, status);
        Assert.Contains("lake", body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private async Task<List<JsonElement>> StreamAsync(string method, string path, string? json)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
            message.Content = new StringContent(json, Encoding.UTF8, "application/json");
        message.Headers.Accept.ParseAdd("application/x-ndjson");
        using var response = await server.Http.SendAsync(message, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }
}
