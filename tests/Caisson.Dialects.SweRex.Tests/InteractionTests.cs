using Caisson.Dialects.SweRex.Tests.Ground;

namespace Caisson.Dialects.SweRex.Tests;

/// <summary>What is typed while something runs in a session.</summary>
public sealed class InteractionTests(SharedServer server)
{
    [Fact]
    public async Task A_command_that_takes_too_long_is_interrupted()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        var raised = await RexClient.RaisesAsync("swerex.exceptions.CommandTimeoutError", client.RunAsync("sleep 10", timeout: 0.1));
        Assert.Equal("timeout after 0.1 seconds while running command 'sleep 10'", raised.Message);
        Assert.Equal(0, (await client.InterruptAsync()).Code);
        Assert.Equal("asdf\n", (await client.RunAsync("echo 'asdf'")).Output);
        await RexClient.RaisesAsync("swerex.exceptions.CommandTimeoutError", client.RunAsync("while :; do :; done", timeout: 0.1));
        Assert.Equal("SHELLPS1PREFIX", (await client.InterruptAsync()).Expected);
        Assert.Equal("1\n", (await client.RunAsync("echo 1")).Output);
    }

    [Fact]
    public async Task A_command_that_ends_late_is_not_taken_for_the_next()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        await RexClient.RaisesAsync("swerex.exceptions.CommandTimeoutError", client.RunAsync("sleep 0.5; echo late; (exit 9)", timeout: 0.1));
        Assert.Equal(new RexObservation("late\nnext\n", 0, "SHELLPS1PREFIX"), await client.RunAsync("echo next"));
        Assert.Equal("after\n", (await client.RunAsync("echo after")).Output);
    }

    [Fact]
    public async Task What_ignores_the_interrupt_is_stopped_and_killed()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        await RexClient.RaisesAsync("swerex.exceptions.CommandTimeoutError", client.RunAsync("echo 'blargh'|less -+F", timeout: 0.5));
        Assert.Contains("Stopped", (await client.InterruptAsync()).Output, StringComparison.Ordinal);
        Assert.Contains("asdf", (await client.RunAsync("echo 'asdf'")).Output, StringComparison.Ordinal);
        // Bash may not take note of the killed one before its next child ends: what is left of it until then does not count.
        string[] running = ["pgrep", "-r", "R,S,D,T", "less"];
        for (var i = 0; i < 50 && (await client.ExecuteAsync(running)).Code == 0; i++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(1, (await client.ExecuteAsync(running)).Code);
    }

    [Fact]
    public async Task An_interrupt_reaches_a_command_that_another_request_waits_for()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        var waiting = client.RunAsync("echo begun > /tmp/begun; sleep 60", timeout: null, check: "silent");
        while ((await client.ExecuteAsync(["cat", "/tmp/begun"])).Code != 0)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await client.InterruptAsync(timeout: 2)).Code);
        Assert.Equal(130, (await waiting).Code);
        Assert.Equal("x\n", (await client.RunAsync("echo x")).Output);
    }

    [Fact]
    public async Task Programs_are_talked_to()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(">>> ", (await client.RunAsync("python3", interactive: true, expect: ">>> ")).Expected);
            Assert.Equal(new RexObservation("hello world", 0, ">>> "), await client.RunAsync("print('hello world')", interactive: true, expect: ">>> "));
            Assert.Equal(new RexObservation("-1", 0, "(?P<n>4.)\\s"), await client.RunAsync("print(-1); print(42)", interactive: true, expect: ["never", "(?P<n>4.)\\s"]));
            Assert.Equal("SHELLPS1PREFIX", (await client.RunAsync("quit()\n", quit: true)).Expected);
            Assert.Equal("hello world\n", (await client.RunAsync("echo 'hello world'")).Output);
        }

        await RexClient.RaisesAsync("swerex.exceptions.CommandTimeoutError", client.RunAsync("python3", timeout: 0.3, interactive: true, expect: "WONTHITTHIS"));
        await RexClient.RaisesAsync("builtins.AssertionError", client.RunAsync("x", interactive: true, quit: true));
    }

    [Fact]
    public async Task A_pattern_ends_the_waiting_of_a_command_too()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        Assert.Equal(new RexObservation("", null, "name\\? "), await client.RunAsync("read -p 'name? ' n; echo hi $n", check: "silent", expect: "name\\? "));
        Assert.Equal("hi Ada", (await client.RunAsync("Ada", interactive: true)).Output);
        var raised = await RexClient.RaisesAsync("swerex.exceptions.NoExitCodeError", client.RunAsync("read -p 'name? ' n", expect: "name\\? "));
        Assert.Contains("exit code", raised.Message, StringComparison.Ordinal);
        await client.InterruptAsync();
        Assert.Equal("c\n", (await client.RunAsync("echo c")).Output);
    }

    [Fact]
    public async Task Shells_within_the_shell_are_sessions_like_it()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        await client.RunAsync("bash");
        Assert.Equal("2\n", (await client.RunAsync("echo $SHLVL")).Output);
        await client.RunAsync("exit", check: "silent");
        Assert.Equal("1\n", (await client.RunAsync("echo $SHLVL")).Output);
        await client.RunAsync("exec bash");
        Assert.Equal(new RexObservation("1\n", 3, "SHELLPS1PREFIX"), await client.RunAsync("echo $SHLVL; (exit 3)", check: "silent"));
    }
}
