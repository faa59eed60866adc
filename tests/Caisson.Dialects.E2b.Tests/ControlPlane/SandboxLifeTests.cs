using Caisson.Dialects.E2b.Tests.Fakes;

namespace Caisson.Dialects.E2b.Tests.ControlPlane;

public sealed class SandboxLifeTests
{
    [Fact]
    public async Task Create_answers_what_clients_need_and_configures_the_guest()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.ControlAsync(HttpMethod.Post, "/v2/sandboxes", new { templateID = "base", envVars = new Dictionary<string, string> { ["A"] = "1" }, future = new[] { 1 } });
        var json = await TestServer.JsonAsync(response, 201);
        Assert.Equal("0.6.13", json.GetProperty("envdVersion").GetString());
        Assert.Equal(32, json.GetProperty("envdAccessToken").GetString()!.Length);
        var sandbox = server.Engine.Sandbox(json.GetProperty("sandboxID").GetString()!);
        Assert.Equal(TimeSpan.FromSeconds(300), sandbox.Info.Spec.Lifecycle.Timeout);
        var environment = sandbox.Fake.Configuration!.Environment;
        Assert.Equal(("1", "true", sandbox.Info.Id.Value, "base"), (environment["A"], environment["E2B_SANDBOX"], environment["E2B_SANDBOX_ID"], environment["E2B_TEMPLATE_ID"]));
        Assert.Equal("user", sandbox.Fake.Configuration.DefaultUser);
    }

    [Theory]
    [InlineData("""{"templateID":"nope"}""", 404, "template 'nope' not found")]
    [InlineData("""{"templateID":"base","timeout":0}""", 400, "Timeout must be greater than 0")]
    [InlineData("""{"templateID":"base","timeout":999999}""", 400, "Timeout cannot be greater than 24 hours")]
    [InlineData("""{"templateID":"base","autoResume":{"enabled":true}}""", 400, "autoResume requires autoPause")]
    [InlineData("""{"templateID":""", 400, "Error when parsing request")]
    [InlineData("""{"templateID":"base","envVars":{"A":"\u0000"}}""", 400, "NUL")]
    [InlineData("""{"templateID":"\ud800"}""", 400, "")]
    [InlineData("{}", 400, "templateID is required")]
    public async Task Create_refuses(string body, int status, string message)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.ControlAsync(HttpMethod.Post, "/v2/sandboxes", body);
        var json = await TestServer.JsonAsync(response, status);
        Assert.Equal(status, json.GetProperty("code").GetInt32());
        Assert.Contains(message, json.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Oversized_bodies_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.ControlAsync(HttpMethod.Post, "/v2/sandboxes", "{\"templateID\":\"" + new string('x', 2 << 20) + "\"}");
        await TestServer.JsonAsync(response, 413);
    }

    [Theory]
    [InlineData("", "GET", 401)]
    [InlineData("e2b_ff", "GET", 401)]
    [InlineData(FakeKeys.ReadOnly, "GET", 200)]
    [InlineData(FakeKeys.ReadOnly, "POST", 403)]
    public async Task Keys_are_checked(string key, string method, int status)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.ControlAsync(new HttpMethod(method), "/v2/sandboxes", method == "POST" ? new { templateID = "base" } : null, key);
        var json = await TestServer.JsonAsync(response, status);
        Assert.True(status == 200 || json.GetProperty("code").GetInt32() == status);
    }

    [Fact]
    public async Task A_sandbox_is_extended_shortened_and_killed()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        var path = "/sandboxes/" + sandbox.Info.Id;
        var end = sandbox.Info.EndsAt;
        Assert.Equal(200, (int)(await server.ControlAsync(HttpMethod.Post, "/v2" + path + "/connect", new { timeout = 10 })).StatusCode);
        Assert.Equal(end, sandbox.Info.EndsAt);
        Assert.Equal(200, (int)(await server.ControlAsync(HttpMethod.Post, path + "/connect", new { timeout = 1000 })).StatusCode);
        Assert.True(sandbox.Info.EndsAt > end);
        Assert.Equal(204, (int)(await server.ControlAsync(HttpMethod.Post, path + "/timeout", new { timeout = 5 })).StatusCode);
        Assert.True(sandbox.Info.EndsAt < end);
        Assert.Equal(204, (int)(await server.ControlAsync(HttpMethod.Post, path + "/refreshes", new { duration = 60 })).StatusCode);
        var detail = await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Get, path), 200);
        Assert.Equal(("running", 2, 1024), (detail.GetProperty("state").GetString(), detail.GetProperty("cpuCount").GetInt32(), detail.GetProperty("memoryMB").GetInt32()));
        Assert.Equal(1, (await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Get, path + "/metrics"), 200)).GetArrayLength());
        Assert.Equal(2, (await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Get, "/v2" + path + "/logs"), 200)).GetProperty("logs").GetArrayLength());
        Assert.Equal(204, (int)(await server.ControlAsync(HttpMethod.Delete, path)).StatusCode);
        Assert.Equal(404, (await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Delete, path), 404)).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_sandbox_is_paused_and_resumed_and_conflicts_are_told()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        var path = "/sandboxes/" + sandbox.Info.Id;
        Assert.Equal(409, (await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Post, path + "/resume"), 409)).GetProperty("code").GetInt32());
        Assert.Equal(204, (int)(await server.ControlAsync(HttpMethod.Post, path + "/pause")).StatusCode);
        Assert.Equal(409, (await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Post, path + "/pause"), 409)).GetProperty("code").GetInt32());
        Assert.Equal("paused", (await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Get, path), 200)).GetProperty("state").GetString());
        await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Post, "/v2" + path + "/connect", new { timeout = 10 }), 201);
        Assert.Equal(204, (int)(await server.ControlAsync(HttpMethod.Post, path + "/pause")).StatusCode);
        await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Post, path + "/resume"), 201);
    }

    [Fact]
    public async Task Snapshots_and_forks_have_the_shapes_of_the_protocol()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        var path = "/sandboxes/" + sandbox.Info.Id;
        var unnamed = await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Post, path + "/snapshots"), 201);
        Assert.EndsWith(":default", unnamed.GetProperty("snapshotID").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, unnamed.GetProperty("names").GetArrayLength());
        var named = await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Post, path + "/snapshots", new { name = "Mine:v1" }), 201);
        Assert.EndsWith("/mine:v1", named.GetProperty("snapshotID").GetString(), StringComparison.Ordinal);
        await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Post, path + "/snapshots", new { name = "other/mine" }), 403);
        await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Post, path + "/fork"), 501);
        await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Delete, "/templates/none%3Adefault"), 404);
        Assert.Equal(0, (await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Get, "/snapshots"), 200)).GetArrayLength());
    }

    [Fact]
    public async Task Of_many_kills_at_once_one_is_told_that_it_did_it()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        var going = new TaskCompletionSource();
        sandbox.Ending = going.Task;
        var kills = Enumerable.Range(0, 10).Select(_ => server.ControlAsync(HttpMethod.Delete, "/sandboxes/" + sandbox.Info.Id)).ToList();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(kills, kill => kill.IsCompleted);
        await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Get, "/sandboxes/" + sandbox.Info.Id), 404);
        Assert.Equal(502, (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/health"))).Status);
        going.SetResult();
        var answers = await Task.WhenAll(kills);
        Assert.Equal(1, answers.Count(answer => (int)answer.StatusCode == 204));
        Assert.Equal(9, answers.Count(answer => (int)answer.StatusCode == 404));
    }

    [Fact]
    public async Task Resuming_what_runs_is_a_conflict()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Post, $"/sandboxes/{sandbox.Info.Id}/resume", new { timeout = 5 }), 409);
        await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Post, "/sandboxes/i0000000000000000000/resume"), 404);
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/json; charset=utf-8", 201)]
    [InlineData(null, 201)]
    public async Task Only_json_is_read(string? type, int status)
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/sandboxes") { Content = new ByteArrayContent("{\"templateID\":\"base\"}"u8.ToArray()) };
        request.Headers.Add("X-API-KEY", FakeKeys.Good);
        if (type is not null)
            request.Content.Headers.Add("Content-Type", type);
        Assert.Equal(status, (await server.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Lists_are_filtered_by_thrice_encoded_metadata_and_paged()
    {
        await using var server = await TestServer.StartAsync();
        var special = await server.CreateAsync(new { templateID = "base", metadata = new Dictionary<string, string> { ["k&ö"] = "a=b+c %20" } });
        await server.CreateAsync();
        await server.CreateAsync();
        var pair = Uri.EscapeDataString(Uri.EscapeDataString("k&ö")) + "=" + Uri.EscapeDataString(Uri.EscapeDataString("a=b+c %20"));
        var found = await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Get, "/v2/sandboxes?metadata=" + Uri.EscapeDataString(pair)), 200);
        Assert.Equal(special.Info.Id.Value, Assert.Single(found.EnumerateArray()).GetProperty("sandboxID").GetString());

        using var first = await server.ControlAsync(HttpMethod.Get, "/v2/sandboxes?limit=2&order=asc&state=running,paused");
        Assert.Equal(2, (await TestServer.JsonAsync(first, 200)).GetArrayLength());
        var token = Assert.Single(first.Headers.GetValues("X-Next-Token"));
        using var second = await server.ControlAsync(HttpMethod.Get, $"/v2/sandboxes?limit=2&order=asc&nextToken={token}");
        Assert.Equal(1, (await TestServer.JsonAsync(second, 200)).GetArrayLength());
        Assert.False(second.Headers.Contains("X-Next-Token"));
        Assert.Equal("3", Assert.Single(second.Headers.GetValues("X-Total-Running")));
        Assert.Equal(0, (await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Get, "/v2/sandboxes?state=paused"), 200)).GetArrayLength());
        Assert.Equal(3, (await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Get, "/sandboxes"), 200)).GetArrayLength());
        await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Get, "/v2/sandboxes?nextToken=zz"), 400);
        await TestServer.JsonAsync(await server.ControlAsync(HttpMethod.Get, "/v2/sandboxes?limit=101"), 400);
    }
}
