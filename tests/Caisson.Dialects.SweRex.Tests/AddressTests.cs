using System.Net;
using System.Text.RegularExpressions;
using Caisson.Client;
using Caisson.Core.Sandboxes;
using Caisson.Dialects.SweRex.Tests.Ground;
using Caisson.Rollouts.Tests.Ground;

namespace Caisson.Dialects.SweRex.Tests;

/// <summary>Which sandbox a request is for, whose it is, and how long it is there.</summary>
public sealed class AddressTests(SharedServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_path_or_what_follows_the_key_names_the_sandbox()
    {
        var (one, other) = (server.NewName(), server.NewName());
        var path = server.NewClient(one);
        await path.WriteAsync("/tmp/mine", one);
        // With a port the client has no room for a path.
        Assert.Equal(one, await new RexClient(server.Server.Url, $"{server.Server.Key}/base/{one}").ReadAsync("/tmp/mine"));
        await RexClient.RaisesAsync("builtins.FileNotFoundError", server.NewClient(other).ReadAsync("/tmp/mine"));
        var bare = new RexClient(server.Server.Url, server.Server.Key);
        await bare.WriteAsync("/tmp/mine", "default");
        Assert.Equal("default", await new RexClient(server.Server.Url, $"{server.Server.Key}/base/default").ReadAsync("/tmp/mine"));
    }

    [Fact]
    public async Task Bad_addresses_and_calls_are_refused()
    {
        var (url, key) = (server.Server.Url, server.Server.Key);
        Assert.Equal(HttpStatusCode.BadRequest, (await new RexClient(new Uri(url, "swerex/base/x"), $"{key}/base/x").AliveAsync()).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await new RexClient(url, $"{key}/base").AliveAsync()).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await new RexClient(url, $"{key}/base/").AliveAsync()).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await new RexClient(url, $"{key}/base/a b").AliveAsync()).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await new RexClient(url, $"{key}/ba$e/x").AliveAsync()).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await new RexClient(url, $"{key}/base/{new string('n', 65)}").AliveAsync()).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await new RexClient(new Uri(url, "swerex"), key).AliveAsync()).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.NewClient("x").PostAsync("nothing", new { })).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.NewClient("x").PostAsync("is_alive", new { })).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.NewClient("x").PostTextAsync("execute", "{}", "text/plain")).Status);
    }

    [Fact]
    public async Task A_key_is_needed_and_its_scope_counts()
    {
        foreach (var token in (string[])["", "e2b_wrong", "e2b_wrong/base/x", "/base/x"])
        {
            var stranger = new RexClient(server.Server.Url, token);
            foreach (var (status, body) in (List<(HttpStatusCode, System.Text.Json.JsonElement)>)[await stranger.AliveAsync(), await stranger.PostAsync("execute", new { command = "id", shell = true })])
            {
                Assert.Equal(HttpStatusCode.Unauthorized, status);
                Assert.NotEmpty(body.GetProperty("detail").GetString()!);
            }
        }

        var name = server.NewName();
        var reads = new RexClient(server.Server.Url, $"{await KeyAsync("alice", "read")}/base/{name}");
        Assert.Equal(HttpStatusCode.Forbidden, (await reads.AliveAsync()).Status);
        var runs = new RexClient(server.Server.Url, $"{await KeyAsync("alice", "exec")}/base/{name}");
        Assert.Equal("hi\n", (await runs.ExecuteAsync(["echo", "hi"])).Out);
        Assert.Equal(HttpStatusCode.Forbidden, (await runs.PostAsync("read_file", new { path = "/etc/hostname" })).Status);
        Assert.Equal("{}", (await runs.CallAsync("close", null)).ToString());
    }

    [Fact]
    public async Task Tenants_have_their_own_of_every_name()
    {
        var name = server.NewName();
        await server.NewClient(name).WriteAsync("/tmp/secret", "mine");
        var stranger = new RexClient(new Uri(server.Server.Url, $"swerex/base/{name}"), await KeyAsync("mallory", "read", "exec", "files"));
        await RexClient.RaisesAsync("builtins.FileNotFoundError", stranger.ReadAsync("/tmp/secret"));
        await stranger.CallAsync("close", null);
        Assert.Equal("mine", await server.NewClient(name).ReadAsync("/tmp/secret"));
    }

    [Fact]
    public async Task A_template_that_is_not_there_is_said_each_time()
    {
        var client = new RexClient(server.Server.Url, $"{server.Server.Key}/some/where:1/{server.NewName()}");
        for (var time = 0; time < 2; time++)
        {
            var (status, body) = await client.AliveAsync();
            Assert.Equal(HttpStatusCode.NotFound, status);
            Assert.Contains("some/where:1", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_caller_without_patience_finds_the_sandbox_later_and_one_only()
    {
        var name = server.NewName();
        var client = server.NewClient(name);
        // The client asks for life with a tenth of a second, again and again.
        var alive = false;
        for (var attempt = 0; attempt < 100 && !alive; attempt++)
        {
            try
            {
                alive = (await client.AliveAsync(TimeSpan.FromMilliseconds(attempt == 0 ? 1 : 100))).Body.GetProperty("is_alive").GetBoolean();
            }
            catch (TaskCanceledException)
            {
                await Task.Delay(100, Cancellation);
            }
        }

        Assert.True(alive);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.ExecuteAsync(["true"])));
        var found = Assert.Single(await FindAsync(name));
        Assert.InRange((found.EndsAt!.Value - found.StartedAt).TotalMinutes, 59, 61);
    }

    [Fact]
    public async Task Closing_ends_the_sandbox_and_the_next_call_starts_another()
    {
        var name = server.NewName();
        var client = server.NewClient(name);
        await client.WriteAsync("/tmp/kept", "x");
        var (status, body) = await client.PostAsync("close", null);
        Assert.Equal((HttpStatusCode.OK, "{}"), (status, body.ToString()));
        Assert.Empty(await FindAsync(name));
        await client.CallAsync("close", null);
        await RexClient.RaisesAsync("builtins.FileNotFoundError", client.ReadAsync("/tmp/kept"));
    }

    [Fact]
    public async Task An_end_that_nobody_asked_for_is_told_once()
    {
        var name = server.NewName();
        var client = server.NewClient(name);
        await client.OpenAsync();
        await KillAsync(name);
        await RexClient.RaisesAsync("swerex.exceptions.SessionDoesNotExistError", client.RunAsync("echo"));
        var raised = await RexClient.RaisesAsync("swerex.exceptions.SwerexException", client.ExecuteAsync(["true"]));
        Assert.Contains("has ended", raised.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await client.ExecuteAsync(["true"])).Code);
        await KillAsync(name);
        var (_, body) = await client.AliveAsync();
        Assert.False(body.GetProperty("is_alive").GetBoolean());
        Assert.Contains("has ended", body.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True((await client.AliveAsync()).Body.GetProperty("is_alive").GetBoolean());
        await KillAsync(name);
        // A session starts afresh anyway, and what has ended can be closed.
        await client.OpenAsync();
        await KillAsync(name);
        await client.CallAsync("close", null);
        Assert.True((await client.AliveAsync()).Body.GetProperty("is_alive").GetBoolean());
    }

    [Fact]
    public async Task A_request_that_comes_again_is_answered_and_not_done_again()
    {
        var client = server.NewClient();
        var append = new { command = "echo x >> /tmp/count; cat /tmp/count; exit 3", shell = true, check = true };
        var first = await client.PostAsync("execute", append, "id-1");
        var again = await client.PostAsync("execute", append, "id-1");
        Assert.Equal((first.Status, first.Body.ToString()), (again.Status, again.Body.ToString()));
        Assert.Equal(HttpStatusCode.NetworkAuthenticationRequired, first.Status);
        Assert.Equal("x\n", await client.ReadAsync("/tmp/count"));
        await client.PostAsync("execute", append, "id-2");
        Assert.Equal("x\nx\n", await client.ReadAsync("/tmp/count"));
    }

    [Fact]
    public async Task The_next_server_finds_the_sandbox_and_no_session()
    {
        Assert.SkipWhen(Binaries.Missing is not null, Binaries.Missing ?? "");
        using var host = new HostState();
        var first = await RealServer.StartAsync(host.State, "--swerex", "none", "--pool-max", "0");
        var client = new RexClient(new Uri(first.Url, "swerex/base/kept"), first.Key);
        await client.OpenAsync();
        await client.RunAsync("echo here > /tmp/file");
        await first.CrashAsync();
        await using var second = await RealServer.StartAsync(host.State, "--swerex", "none", "--pool-max", "0");
        client = new RexClient(new Uri(second.Url, "swerex/base/kept"), second.Key);
        Assert.Equal("here\n", await client.ReadAsync("/tmp/file"));
        await RexClient.RaisesAsync("swerex.exceptions.SessionDoesNotExistError", client.RunAsync("echo"));
        Assert.Equal(1, (await client.ExecuteAsync(["pgrep", "-x", "bash"])).Code);
        await client.OpenAsync();
        Assert.Equal("new\n", (await client.RunAsync("echo new")).Output);
        await client.CallAsync("close", null);
        await second.StopAsync();
        Assert.Empty(await host.LeftAsync());
    }

    [Fact]
    public async Task A_server_that_was_not_asked_to_does_not_speak_it()
    {
        Assert.SkipWhen(Binaries.Missing is not null, Binaries.Missing ?? "");
        using var host = new HostState();
        await using var closed = await RealServer.StartAsync(host.State, "--pool-max", "0");
        using var http = new HttpClient { BaseAddress = closed.Url };
        http.DefaultRequestHeaders.Add("X-API-Key", closed.Key);
        foreach (var path in (string[])["is_alive", "swerex/base/x/is_alive"])
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(path, Cancellation)).StatusCode);
        foreach (var path in (string[])["execute", "create_session", "close", "upload", "swerex/base/x/execute"])
            Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(path, null, Cancellation)).StatusCode);
        var (code, _, error) = await Binaries.TryAsync(null, "serve", "--state", host.State, "--swerex", "somewhere");
        Assert.NotEqual(0, code);
        Assert.Contains("somewhere", error, StringComparison.Ordinal);
    }

    private async Task KillAsync(string name)
    {
        using var client = server.Server.Client();
        await (await client.GetAsync((await FindAsync(name)).Single().Id, Cancellation)).KillAsync(Cancellation);
    }

    private async Task<IReadOnlyList<SandboxDescription>> FindAsync(string name)
    {
        using var client = server.Server.Client();
        var found = new List<SandboxDescription>();
        string? next = null;
        do
        {
            var page = await client.ListAsync(next, Cancellation);
            found.AddRange(page.Items.Where(sandbox => sandbox.State == SandboxState.Running && sandbox.Metadata.GetValueOrDefault("swerex.name") == name));
            next = page.Next;
        }
        while (next is not null);
        return found;
    }

    private async Task<string> KeyAsync(string tenant, params string[] scopes) =>
        Regex.Match(await Binaries.RunAsync(["key", "create", "--state", server.Host.State, "--tenant", tenant, .. scopes.SelectMany(scope => (string[])["--scope", scope])]), "e2b_[0-9a-f]+").Value;
}
