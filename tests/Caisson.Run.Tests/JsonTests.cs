using System.Text.Json;
using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class JsonTests(Site site)
{
    private static readonly string[] _fields = ["exitCode", "signal", "stdout", "stderr", "failure", "message", "outputDropped", "durationMs", "denials"];

    private static JsonElement Parse(Outcome outcome)
    {
        Assert.True(outcome.Output is [(byte)'{', ..], outcome.ToString());
        using var document = JsonDocument.Parse(outcome.Output);
        Assert.Equal(_fields, document.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(outcome.Code, document.RootElement.GetProperty("exitCode").GetInt32());
        return document.RootElement.Clone();
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_success_has_every_field(Caller caller)
    {
        using var place = site.For(caller);
        var json = Parse(await place.ShellAsync("printf 'out\\n\\303\\244\\033'; echo err >&2; sleep 0.2", "--json"));
        Assert.Equal(0, json.GetProperty("exitCode").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("signal").ValueKind);
        Assert.Equal("out\nä\u001b", json.GetProperty("stdout").GetString());
        Assert.Equal("err\n", json.GetProperty("stderr").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("failure").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("message").ValueKind);
        Assert.Equal(0, json.GetProperty("outputDropped").GetInt64());
        Assert.InRange(json.GetProperty("durationMs").GetInt64(), 200, 20_000);
        Assert.Equal(0, json.GetProperty("denials").GetArrayLength());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_failed_command_is_the_tasks_failure(Caller caller)
    {
        using var place = site.For(caller);
        Assert.Equal("task", Parse(await place.ShellAsync("exit 3", "--json")).GetProperty("failure").GetString());
        var killed = Parse(await place.ShellAsync("kill -9 $$", "--json"));
        Assert.Equal("task", killed.GetProperty("failure").GetString());
        Assert.Equal(9, killed.GetProperty("signal").GetInt32());
        var absent = Parse(await place.RunAsync("--json", "--", "no-such-program"));
        Assert.Equal("task", absent.GetProperty("failure").GetString());
        Assert.Equal(127, absent.GetProperty("exitCode").GetInt32());
        Assert.NotEmpty(absent.GetProperty("message").GetString()!);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_timeout_keeps_the_output_so_far(Caller caller)
    {
        using var place = site.For(caller);
        var json = Parse(await place.ShellAsync("echo part; sleep 30", "--json", "--timeout", "700ms"));
        Assert.Equal("timeout", json.GetProperty("failure").GetString());
        Assert.Equal("part\n", json.GetProperty("stdout").GetString());
        Assert.Equal(124, json.GetProperty("exitCode").GetInt32());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task The_memory_limit_is_told(Caller caller)
    {
        using var place = site.For(caller);
        var json = Parse(await place.PythonAsync("import os, time\nfor i in range(6):\n  if os.fork() == 0:\n    x = bytearray(b'a') * (40 << 20); time.sleep(2); os._exit(0)\nbad = [os.wait()[1] for i in range(6)]\nraise SystemExit(9 if any(bad) else 0)", "--json", "--memory", "100M"));
        Assert.Equal("outOfMemory", json.GetProperty("failure").GetString());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task The_output_limit_is_a_quota(Caller caller)
    {
        using var place = site.For(caller);
        var json = Parse(await place.ShellAsync("yes | head -c 50000", "--json", "--output", "10K"));
        Assert.Equal("quota", json.GetProperty("failure").GetString());
        Assert.Equal(50_000 - 10_240, json.GetProperty("outputDropped").GetInt64());
        Assert.Equal(10_240, json.GetProperty("stdout").GetString()!.Length);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_refused_connection_is_the_policys_failure_and_says_what_to_ask_for(Caller caller)
    {
        using var place = site.For(caller);
        var json = Parse(await place.RunAsync("--json", "--", "curl", "-fsS", "--max-time", "10", "http://denied.example/"));
        Assert.Equal("policy", json.GetProperty("failure").GetString());
        var denial = json.GetProperty("denials")[0];
        Assert.Equal(["host", "port", "address", "rule", "remedy"], denial.EnumerateObject().Select(p => p.Name));
        Assert.Equal("denied.example", denial.GetProperty("host").GetString());
        Assert.Equal(80, denial.GetProperty("port").GetInt32());
        Assert.Contains("denied.example", denial.GetProperty("remedy").GetString(), StringComparison.Ordinal);
    }
}
