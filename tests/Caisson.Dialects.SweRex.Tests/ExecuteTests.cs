using System.Net;
using Caisson.Dialects.SweRex.Tests.Ground;

namespace Caisson.Dialects.SweRex.Tests;

/// <summary>Commands apart from any session.</summary>
public sealed class ExecuteTests(SharedServer server)
{
    [Fact]
    public async Task Texts_and_lists_with_a_shell_and_without()
    {
        var client = server.NewClient();
        Assert.Equal(("hello world\n", "", 0), await client.ExecuteAsync("echo 'hello world'", shell: true));
        Assert.Equal(("\nhello world", "", 0), await client.ExecuteAsync(["echo", "-n", "\nhello world"]));
        Assert.Equal(("a b\n", "", 0), await client.ExecuteAsync(["echo $0 $1", "a", "b"], shell: true));
        Assert.Equal(("", "", 0), await client.ExecuteAsync("", shell: true, check: true));
        Assert.Equal(("out\n", "err\n", 5), await client.ExecuteAsync("echo out; echo err >&2; exit 5", shell: true));
        Assert.Equal(("", "", -15), await client.ExecuteAsync("kill $$", shell: true));
        Assert.Equal(("", "", 0), await client.ExecuteAsync(["cat"]));
        Assert.Equal(("\\xff\\xfeé\n", "", 0), await client.ExecuteAsync(["printf", "\\377\\376\\303\\251\\n"]));
    }

    [Fact]
    public async Task Streams_are_one_where_asked()
    {
        var client = server.NewClient();
        var lines = string.Concat(Enumerable.Range(0, 50).Select(n => $"out{n}\nerr{n}\n"));
        Assert.Equal((lines, "", 0), await client.ExecuteAsync(["bash", "-c", "for i in {0..49}; do echo out$i; echo err$i >&2; done"], merge: true));
        await RexClient.RaisesAsync("builtins.FileNotFoundError", client.ExecuteAsync(["nowhere"], merge: true));
    }

    [Fact]
    public async Task The_environment_is_the_whole_environment()
    {
        var client = server.NewClient();
        Assert.Equal(("A=1\nB=x y\n", "", 0), await client.ExecuteAsync(["/usr/bin/env"], env: new() { ["A"] = "1", ["B"] = "x y" }));
        Assert.Equal(("1-\n", "", 0), await client.ExecuteAsync("echo $A-$HOME", shell: true, env: new() { ["A"] = "1" }));
        Assert.Contains("HOME=/root", (await client.ExecuteAsync(["env"])).Out, StringComparison.Ordinal);
        await RexClient.RaisesAsync("builtins.FileNotFoundError", client.ExecuteAsync(["nowhere"], env: new() { ["PATH"] = "/bin" }));
        await RexClient.RaisesAsync("builtins.ValueError", client.ExecuteAsync(["env"], env: new() { ["A=B"] = "1" }));
    }

    [Fact]
    public async Task The_directory_is_where_it_runs()
    {
        var client = server.NewClient();
        Assert.Equal(("/usr/lib\n", "", 0), await client.ExecuteAsync("pwd", shell: true, cwd: "/usr/lib"));
        Assert.Equal(("/root\n", "", 0), await client.ExecuteAsync(["pwd"]));
        var raised = await RexClient.RaisesAsync("builtins.FileNotFoundError", client.ExecuteAsync(["pwd"], cwd: "/no/where"));
        Assert.Equal("[Errno 2] No such file or directory: '/no/where'", raised.Message);
    }

    [Fact]
    public async Task What_fails_is_raised_where_asked()
    {
        var client = server.NewClient();
        var raised = await RexClient.RaisesAsync("swerex.exceptions.NonZeroExitCodeError", client.ExecuteAsync("echo o; echo e >&2; exit 3", shell: true, check: true, error: "Bad"));
        Assert.Equal("Bad: Command 'echo o; echo e >&2; exit 3' failed with exit code 3. Stdout:\n'o\\n'\nStderr:\n'e\\n'", raised.Message);
        Assert.Equal("[Errno 2] No such file or directory: 'echo hi'", (await RexClient.RaisesAsync("builtins.FileNotFoundError", client.ExecuteAsync("echo hi"))).Message);
        await RexClient.RaisesAsync("builtins.FileNotFoundError", client.ExecuteAsync(""));
        await RexClient.RaisesAsync("builtins.PermissionError", client.ExecuteAsync(["/etc/passwd"]));
        await RexClient.RaisesAsync("builtins.IndexError", client.ExecuteAsync(Array.Empty<string>()));
        await RexClient.RaisesAsync("builtins.ValueError", client.ExecuteAsync(["a\0b"]));
    }

    [Fact]
    public async Task A_timeout_ends_the_whole_tree()
    {
        var client = server.NewClient();
        var raised = await RexClient.RaisesAsync("swerex.exceptions.CommandTimeoutError", client.ExecuteAsync("sleep 4848 & sleep 4848", shell: true, timeout: 0.2));
        Assert.Equal("Timeout (0.2s) exceeded while running command", raised.Message);
        Assert.Equal(1, (await client.ExecuteAsync(["pgrep", "-x", "sleep"])).Code);
        await RexClient.RaisesAsync("swerex.exceptions.CommandTimeoutError", client.ExecuteAsync(["sleep", "9"], timeout: 0));
    }

    [Fact]
    public async Task A_caller_that_goes_away_takes_its_command_along()
    {
        var client = server.NewClient();
        await client.ExecuteAsync(["true"]);
        using var content = new StringContent("""{"command":["sleep","4949"]}""", System.Text.Encoding.UTF8, "application/json");
        await Assert.ThrowsAsync<TaskCanceledException>(() => client.SendAsync(HttpMethod.Post, "execute", content, patience: TimeSpan.FromSeconds(1)));
        for (var attempt = 0; (await client.ExecuteAsync(["pgrep", "-x", "sleep"])).Code == 0; attempt++)
        {
            Assert.True(attempt < 50, "it still runs");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Output_has_a_bound_and_says_so()
    {
        var (output, error, code) = await server.NewClient().ExecuteAsync("head -c 10000000 /dev/zero | tr '\\0' x; echo e >&2", shell: true, timeout: 60);
        Assert.Equal((0, "e\n"), (code, error));
        Assert.EndsWith($"xx\n[{10_000_000 - (8 << 20)} bytes of output after this were dropped]\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_leaves_the_sandbox()
    {
        var (_, error, code) = await server.NewClient().ExecuteAsync(["python3", "-c", "import socket; socket.create_connection(('192.0.2.1', 80), 2).send(b'GET / HTTP/1.0\\r\\n\\r\\n'); raise SystemExit(7)"]);
        Assert.True(code is 1 or 7, error);
        Assert.DoesNotContain("eth0", (await server.NewClient().ExecuteAsync(["cat", "/proc/net/dev"])).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("execute", """{"command":7}""", "command")]
    [InlineData("execute", """{"command":["a",1]}""", "command")]
    [InlineData("execute", """{"command":"\ud800"}""", "command")]
    [InlineData("execute", """{"command":["\ud800"]}""", "command")]
    [InlineData("execute", """{"shell":true}""", "")]
    [InlineData("execute", """{"command":"x","timeout":-0.5}""", "timeout")]
    [InlineData("execute", """{"command":"x","env":{"A":1}}""", "env")]
    [InlineData("execute", """{"command":"x","env":{"A":null}}""", "env")]
    [InlineData("execute", """{"command":"x","shell":"perhaps"}""", "shell")]
    [InlineData("read_file", """{"path":1}""", "path")]
    [InlineData("read_file", "{}", "")]
    [InlineData("write_file", """{"path":"/tmp/x","content":null}""", "content")]
    [InlineData("create_session", """{"session":"unheard-of","session_type":"zsh"}""", "session_type")]
    [InlineData("create_session", """{"session":"unheard-of","startup_source":["a\nb"]}""", "startup_source")]
    [InlineData("create_session", """{"session":"unheard-of","startup_source":[null]}""", "startup_source")]
    [InlineData("create_session", """{"session":"unheard-of","startup_timeout":-1}""", "startup_timeout")]
    [InlineData("close_session", """{"session":7}""", "session")]
    public async Task What_cannot_be_meant_is_a_422_that_names_the_field(string call, string json, string field)
    {
        var (status, body) = await server.NewClient("invalid").PostTextAsync(call, json);
        Assert.True(status == HttpStatusCode.UnprocessableEntity, $"{status} {body}");
        var place = body.GetProperty("detail")[0].GetProperty("loc").EnumerateArray().Select(part => part.GetString()!.Split('.', '[')[0]);
        Assert.Equal(field.Length > 0 ? ["body", field] : ["body"], place);
    }
}
