using System.Net.Http.Json;
using System.Text;
using Caisson.Dialects.E2b.Tests.Fakes;

namespace Caisson.Dialects.E2b.Tests.Envd;

public sealed class ProcessTests
{
    private const string Start = "/process.Process/Start";

    [Fact]
    public async Task A_command_streams_start_output_and_end()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        var frames = await RunAsync(server, sandbox, """{"process":{"cmd":"/bin/bash","args":["-l","-c","echo hi"],"envs":{}},"stdin":false,"some_new_field":1}""");
        Assert.True(frames.Count == 4, string.Join(" ", frames));
        Assert.Equal(41, frames[0].GetProperty("event").GetProperty("start").GetProperty("pid").GetInt32());
        Assert.Equal("hi\n", Encoding.UTF8.GetString(frames[1].GetProperty("event").GetProperty("data").GetProperty("stdout").GetBytesFromBase64()));
        Assert.Equal(0, frames[2].GetProperty("event").GetProperty("end").GetProperty("exitCode").GetInt32());
        Assert.Equal("{}", frames[3].GetRawText());
        Assert.False(sandbox.Fake.Process(41).Request.Input);
        var failed = await RunAsync(server, sandbox, """{"process":{"cmd":"exit 3"}}""");
        Assert.True(failed.Count == 3 && failed[1].TryGetProperty("event", out _), string.Join(" ", failed));
        Assert.Equal("exit status 3", failed[1].GetProperty("event").GetProperty("end").GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("{}", "invalid_argument")]
    [InlineData("{", "invalid_argument")]
    [InlineData("""{"process":{"cmd":"a\u0000"}}""", "invalid_argument")]
    [InlineData("""{"process":{"cmd":"\ud800"}}""", "invalid_argument")]
    [InlineData("""{"process":{"cmd":"a","envs":{"x":null}}}""", "invalid_argument")]
    public async Task Bad_requests_end_the_stream_with_a_code(string json, string code)
    {
        await using var server = await TestServer.StartAsync();
        var frames = await RunAsync(server, await server.CreateAsync(), json);
        Assert.Equal(code, Assert.Single(frames).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_deadline_kills_the_process()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        using var request = Frames.Request(sandbox, Start, """{"process":{"cmd":"sleep 60"}}""");
        request.Headers.Add("Connect-Timeout-Ms", "200");
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var frames = await Frames.AllAsync(response);
        Assert.Equal("deadline_exceeded", frames[^1].GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(TimeSpan.FromMilliseconds(200), sandbox.Fake.Process(41).Request.Timeout);
    }

    [Fact]
    public async Task Leaving_lets_the_process_live_and_it_can_be_fed_found_and_killed()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        using (var start = Frames.Request(sandbox, Start, """{"process":{"cmd":"cat"},"tag":"t"}"""))
        using (var left = await server.Http.SendAsync(start, HttpCompletionOption.ResponseHeadersRead))
            await Frames.ReadAsync(await left.Content.ReadAsStreamAsync());
        Assert.True(sandbox.Fake.Process(41).IsAlive);

        using var attach = Frames.Request(sandbox, "/process.Process/Connect", """{"process":{"tag":"t"}}""");
        attach.Headers.Add("Keepalive-Ping-Interval", "1");
        using var response = await server.Http.SendAsync(attach, HttpCompletionOption.ResponseHeadersRead);
        var stream = await response.Content.ReadAsStreamAsync();
        Assert.Equal(41, (await Frames.ReadAsync(stream)).Json.GetProperty("event").GetProperty("start").GetProperty("pid").GetInt32());
        Assert.True((await Frames.ReadAsync(stream)).Json.GetProperty("event").TryGetProperty("keepalive", out _));
        Assert.Equal(200, (await CallAsync(server, sandbox, "SendInput", new { process = new { pid = 41 }, input = new { stdin = "aGk=" } })).Status);
        Assert.Equal("aGk=", (await Frames.ReadAsync(stream)).Json.GetProperty("event").GetProperty("data").GetProperty("stdout").GetString());
        Assert.Contains("\"pid\":41", (await CallAsync(server, sandbox, "List", new { })).Body);
        Assert.Equal(200, (await CallAsync(server, sandbox, "SendSignal", new { process = new { pid = "41" }, signal = "SIGNAL_SIGKILL" })).Status);
        var end = (await Frames.ReadAsync(stream)).Json.GetProperty("event").GetProperty("end");
        Assert.Equal((-1, "signal: killed"), (end.GetProperty("exitCode").GetInt32(), end.GetProperty("status").GetString()));
        Assert.Equal((404, """{"code":"not_found","message":"process with pid 41 not found"}"""), await CallAsync(server, sandbox, "SendSignal", new { process = new { pid = 41 }, signal = 9 }));
    }

    [Fact]
    public async Task Killing_the_sandbox_breaks_the_connection_and_health_is_502()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        using var request = Frames.Request(sandbox, Start, """{"process":{"cmd":"sleep 60"}}""");
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var stream = await response.Content.ReadAsStreamAsync();
        await Frames.ReadAsync(stream);
        Assert.Equal(204, (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/health"))).Status);
        await sandbox.KillAsync(default);
        await Assert.ThrowsAnyAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1]));
        var (status, body) = await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/health"));
        Assert.Equal((502, $$"""{"sandboxId":"{{sandbox.Info.Id}}","message":"The sandbox was not found","code":502}"""), (status, body));
    }

    private static async Task<List<System.Text.Json.JsonElement>> RunAsync(TestServer server, FakeSandbox sandbox, string json)
    {
        using var request = Frames.Request(sandbox, Start, json);
        using var response = await server.Http.SendAsync(request);
        return await Frames.AllAsync(response);
    }

    private static Task<(int Status, string Body)> CallAsync(TestServer server, FakeSandbox sandbox, string method, object body)
    {
        var content = JsonContent.Create(body);
        return server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/process.Process/" + method, content));
    }
}
