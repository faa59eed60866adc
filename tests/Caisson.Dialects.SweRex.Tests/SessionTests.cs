using System.Net;
using System.Text.Json;
using Caisson.Dialects.SweRex.Tests.Ground;

namespace Caisson.Dialects.SweRex.Tests;

/// <summary>Sessions of a real server behind a real wall.</summary>
public sealed class SessionTests(SharedServer server)
{
    [Fact]
    public async Task Output_is_what_commands_write_and_nothing_else()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        foreach (var (command, output) in ((string, string)[])[
            ("echo 'hello world'", "hello world\n"),
            ("echo ''", "\n"),
            ("printf '\\n\\nx\\n\\n\\n'", "\n\nx\n\n\n"),
            ("printf '  x'", "  x"),
            ("echo '\n \nhello\nworld'", "\n \nhello\nworld\n"),
            ("", ""),
            ("\n", ""),
            ("\n\n \n", ""),
            ("# echo 'hello world'", ""),
            ("\n\n\n echo 'test1' \n  \n \n echo 'test2' \n\n\n", "test1\ntest2\n"),
            ("cat <<EOF\na\n\n\nb\nEOF\ncat <<'E2'\n$x\nE2", "a\n\n\nb\n$x\n"),
            ("for i in {1..3};\n do echo 'hello world';\n done", "hello world\nhello world\nhello world\n"),
            ("echo 'hw';A=();echo 'asdf'", "hw\nasdf\n"),
            ("[[ $env == $env ]]", ""),
            ("echo a\\\n b", "a b\n"),
            ("(sleep 1) &", ""),
            ("echo hi!!", "hi!!\n"),
            ("printf 'r\\rn\\r\\n'", "r\rn\r\n"),
            ("printf '\\033[31mred\\033[0m\\033]0;title\\007.'", "red."),
            ("printf '\\377\\303\\251'", "\\xffé"),
            ("echo out; echo err >&2", "out\nerr\n"),
            ("echo $TERM; tty >/dev/null && stty size", "dumb\n24 80\n"),
            ("/usr/bin/env bash -n <<'EOF'\necho 'hello world'\nEOF", "")])
        {
            var seen = await client.RunAsync(command);
            Assert.True(seen == new RexObservation(output, 0, "SHELLPS1PREFIX"), $"{command}: {seen}");
        }
    }

    [Fact]
    public async Task Exit_codes_are_raised_told_or_ignored()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        Assert.Equal(127, (await client.RunAsync("doesntexit", check: "silent")).Code);
        Assert.Equal(new RexObservation("", 1, "SHELLPS1PREFIX"), await client.RunAsync("false && true", check: "silent"));
        Assert.Equal(0, (await client.RunAsync("false || true")).Code);
        Assert.Equal(143, (await client.RunAsync("sh -c 'kill $$'", check: "silent")).Code);
        Assert.Equal(new RexObservation("", 1, "SHELLPS1PREFIX"), await client.RunAsync("A=(); false", check: "silent"));
        Assert.Equal(new RexObservation("x\n", null, "SHELLPS1PREFIX"), await client.RunAsync("echo x; false", check: "ignore"));
        var raised = await RexClient.RaisesAsync("swerex.exceptions.NonZeroExitCodeError", client.RunAsync("echo it\\'s; (exit 7)", error: "No luck"));
        Assert.Equal("No luck: Command \"echo it\\\\'s; (exit 7)\" failed with exit code 7. Here is the output:\n\"it's\\n\"", raised.Message);
    }

    [Fact]
    public async Task What_a_session_has_done_stays()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        await client.RunAsync("cd /tmp; export E=1; V=2; f() { echo f$1; }; shopt -s expand_aliases; alias g='echo g'");
        Assert.Equal("/tmp\n1\n2\nf3\ng\n", (await client.RunAsync("pwd; echo $E; echo $V; f 3\ng")).Output);
        await client.RunAsync("set -u");
        Assert.Equal(1, (await client.RunAsync("echo $nowhere", check: "silent")).Code);
        Assert.Equal("still\n", (await client.RunAsync("echo still")).Output);
    }

    [Fact]
    public async Task Sessions_know_nothing_of_each_other()
    {
        var client = server.NewClient();
        await client.OpenAsync("shell1");
        await client.OpenAsync("shell2");
        await Task.WhenAll(client.RunAsync("x=42", session: "shell1"), client.RunAsync("y=24", session: "shell2"));
        Assert.Equal("42\n", (await client.RunAsync("echo $x $y", session: "shell1")).Output);
        Assert.Equal("24\n", (await client.RunAsync("echo $y$x", session: "shell2")).Output);
        // One that is busy holds no other up.
        var busy = client.RunAsync("sleep 2; echo slow", session: "shell1");
        Assert.Equal("quick\n", (await client.RunAsync("echo quick", session: "shell2")).Output);
        Assert.False(busy.IsCompleted);
        Assert.Equal("slow\n", (await busy).Output);
    }

    [Fact]
    public async Task A_name_is_taken_once_and_closed_once()
    {
        var client = server.NewClient();
        await RexClient.RaisesAsync("swerex.exceptions.SessionDoesNotExistError", client.RunAsync("echo", session: "none"));
        await RexClient.RaisesAsync("swerex.exceptions.SessionDoesNotExistError", client.CloseSessionAsync("none"));
        await client.OpenAsync("one");
        await RexClient.RaisesAsync("swerex.exceptions.SessionExistsError", client.OpenAsync("one"));
        await RexClient.RaisesAsync("swerex.exceptions.SessionDoesNotExistError", client.InterruptAsync("none"));
        Assert.Equal("""{"session_type":"bash"}""", (await client.CloseSessionAsync("one")).ToString());
        await RexClient.RaisesAsync("swerex.exceptions.SessionDoesNotExistError", client.CloseSessionAsync("one"));
        await client.OpenAsync("one");
    }

    [Theory]
    [InlineData("(a")]
    [InlineData("a='")]
    [InlineData("for")]
    [InlineData("fi\necho no")]
    public async Task What_bash_cannot_read_is_said_with_its_words_and_not_run(string command)
    {
        var client = server.NewClient("syntax");
        await RexClient.RaisesAsync("swerex.exceptions.SessionDoesNotExistError", client.CloseSessionAsync(command));
        await client.OpenAsync(command);
        var raised = await RexClient.RaisesAsync("swerex.exceptions.BashIncorrectSyntaxError", client.RunAsync(command, session: command));
        Assert.StartsWith("bash: line ", raised.Extra.GetProperty("bash_stderr").GetString(), StringComparison.Ordinal);
        Assert.Equal("", raised.Extra.GetProperty("bash_stdout").GetString());
        Assert.Equal("ok\n", (await client.RunAsync("echo ok", session: command)).Output);
    }

    [Fact]
    public async Task Startup_files_are_read_and_may_set_a_prompt()
    {
        var client = server.NewClient();
        await client.WriteAsync("/tmp/one", "export FROM=one\nPS1='mine> '\necho loud");
        await client.WriteAsync("/root/.bashrc", "OWN=rc");
        Assert.Equal("loud\n", await client.OpenAsync("default", 5, "/tmp/one"));
        Assert.Equal("one rc\n", (await client.RunAsync("echo $FROM $OWN")).Output);
        await client.RunAsync("PS1='(venv) $PS1'; PS2='> '");
        Assert.Equal("clean\n", (await client.RunAsync("echo clean")).Output);
        Assert.Contains("No such file", await client.OpenAsync("other", 5, "/tmp/none"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Startup_files_that_take_too_long_leave_no_session()
    {
        var client = server.NewClient();
        await client.WriteAsync("/tmp/slow", "sleep 47");
        await RexClient.RaisesAsync("pexpect.exceptions.TIMEOUT", client.OpenAsync("default", 0.3, "/tmp/slow"));
        Assert.Equal(1, (await client.ExecuteAsync("pgrep -f 'sleep 47' | grep -v $$", shell: true)).Code);
        await client.OpenAsync();
    }

    [Fact]
    public async Task A_shell_that_ends_says_so_until_it_is_closed()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        var raised = await RexClient.RaisesAsync("pexpect.exceptions.EOF", client.RunAsync("echo last words; exit 3"));
        Assert.Contains("last words", raised.Message, StringComparison.Ordinal);
        await RexClient.RaisesAsync("pexpect.exceptions.EOF", client.RunAsync("echo x"));
        await RexClient.RaisesAsync("pexpect.exceptions.EOF", client.InterruptAsync());
        await client.CloseSessionAsync();
        await client.OpenAsync();
    }

    [Fact]
    public async Task Closing_ends_what_runs()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        await RexClient.RaisesAsync("swerex.exceptions.CommandTimeoutError", client.RunAsync("sleep 4747", timeout: 0.1));
        await client.CloseSessionAsync();
        Assert.Equal(1, (await client.ExecuteAsync(["pgrep", "-x", "sleep"])).Code);
        Assert.Equal(2, (await client.ExecuteAsync("ls -d /tmp/.swerex-*", shell: true)).Code);
    }

    [Fact]
    public async Task Long_commands_are_whole_and_long_output_keeps_its_end()
    {
        var client = server.NewClient();
        await client.OpenAsync();
        var word = new string('w', 200_000);
        Assert.Equal("200000\n", (await client.RunAsync($"X={word}; echo ${{#X}}")).Output);
        Assert.Equal("😀\n", (await client.RunAsync($": {new string('w', 4087)}; echo 😀")).Output);
        Assert.Equal("😀\n", (await client.RunAsync($": {new string('w', 4086)}; echo 😀")).Output);
        Assert.Equal(1 << 20, (await client.RunAsync($"head -c {1 << 20} /dev/zero | tr '\\0' x")).Output.Length);
        var flood = await client.RunAsync("seq 1 1500000", timeout: 60);
        Assert.Matches("^\\[[0-9]+ characters of output before this were dropped\\]\n", flood.Output);
        Assert.EndsWith("\n1499999\n1500000\n", flood.Output, StringComparison.Ordinal);
        Assert.InRange(flood.Output.Length, 1 << 20, (2 << 20) + 100);
        Assert.Equal("small\n", (await client.RunAsync("echo small")).Output);
    }

    [Fact]
    public async Task There_are_so_many_sessions_and_no_more()
    {
        var client = server.NewClient();
        for (var count = 0; count < 16; count++)
            await client.OpenAsync($"s{count}", 10);
        var (status, body) = await client.PostAsync("create_session", new { session = "more", session_type = "bash" });
        Assert.Equal((HttpStatusCode.TooManyRequests, JsonValueKind.String), (status, body.GetProperty("detail").ValueKind));
        await client.CloseSessionAsync("s7");
        await client.OpenAsync("more", 10);
    }

    [Theory]
    [InlineData("""{"session":"default","action_type":"bash"}""", "")]
    [InlineData("""{"command":7,"action_type":"bash"}""", "command")]
    [InlineData("""{"command":null,"action_type":"bash"}""", "command")]
    [InlineData("""{"command":"x"}""", "action_type")]
    [InlineData("""{"command":"x","action_type":"zsh"}""", "action_type")]
    [InlineData("""{"command":"x","action_type":"bash","check":"maybe"}""", "check")]
    [InlineData("""{"command":"x","action_type":"bash","timeout":-1}""", "timeout")]
    [InlineData("""{"command":"x","action_type":"bash","timeout":"soon"}""", "timeout")]
    [InlineData("""{"command":"a\u0000b","action_type":"bash"}""", "command")]
    [InlineData("""{"command":"x","action_type":"bash","session":null}""", "session")]
    [InlineData("""{"command":"x","action_type":"bash","expect":["("]}""", "expect")]
    [InlineData("""{"command":"x","action_type":"bash","expect":["(a)\\1"]}""", "expect")]
    [InlineData("""{"action_type":"bash_interrupt","n_retry":1000}""", "n_retry")]
    [InlineData("""{"action_type":"bash_interrupt","timeout":-1}""", "timeout")]
    [InlineData("""{"command":"\ud800","action_type":"bash"}""", "command")]
    [InlineData("""{"command":"x","action_type":"\ud800"}""", "action_type")]
    [InlineData("[]", "")]
    [InlineData("{", "")]
    public async Task What_cannot_be_meant_is_a_422_that_names_the_field(string json, string field)
    {
        var client = server.NewClient("invalid");
        if ((await client.PostAsync("create_session", new { session_type = "bash", startup_timeout = 10.0 })).Status != HttpStatusCode.OK)
            await client.RunAsync("true");
        var (status, body) = await client.PostTextAsync("run_in_session", json);
        Assert.True(status == HttpStatusCode.UnprocessableEntity, $"{status} {body}");
        var place = body.GetProperty("detail")[0].GetProperty("loc").EnumerateArray().Select(part => part.GetString());
        Assert.Equal(field.Length > 0 ? ["body", field] : ["body"], place);
    }
}
