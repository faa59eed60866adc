using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Backends.Wasm.Tests;

/// <summary>Commands as others know them: arguments, streams, codes, directories.</summary>
public sealed class CommandTests(Wall wall) : IAsyncLifetime
{
    private Box _box = null!;

    public async ValueTask InitializeAsync() => _box = await wall.StartAsync();

    public ValueTask DisposeAsync() => _box.DisposeAsync();

    [Fact]
    public async Task Python_runs_with_arguments_variables_input_and_code()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["MINE"] = "a=b c" };
        const string Code = "import os,sys; print(sys.argv[1:], os.environ['MINE'], os.environ['HOME'], sys.stdin.read()); print('err', file=sys.stderr); sys.exit(3)";
        await using var running = await _box.Guest.StartAsync(
            new ExecRequest { Command = "python3", Arguments = ["-c", Code, "a b", "ü"], Environment = variables, Input = true, WorkingDirectory = _box.Workspace }, CancellationToken.None);
        await _box.Guest.WriteInputAsync(new ProcessSelector(running.Pid), Encoding.UTF8.GetBytes("typed"), CancellationToken.None);
        await _box.Guest.CloseInputAsync(new ProcessSelector(running.Pid), CancellationToken.None);
        var outcome = await Box.ReadAsync(running);
        Assert.Equal("['a b', 'ü'] a=b c /home/user typed\n", outcome.Output);
        Assert.Equal("err\n", outcome.Error);
        Assert.Equal(3, outcome.Exit.ExitCode);
    }

    [Fact]
    public async Task Javascript_runs_from_an_argument_and_from_a_file()
    {
        Assert.Equal("42\n", (await _box.RunAsync("js", "-e", "print(6*7)")).Output);
        await File.WriteAllTextAsync(Path.Combine(_box.Workspace, "a.js"), "console.log('file', 1+1)");
        Assert.Equal("file 2\n", (await _box.RunAsync("js", "a.js")).Output);
    }

    [Fact]
    public async Task A_module_of_the_workspace_runs_by_its_path_and_ends_with_its_code()
    {
        _box.Add("exit.wasm", Text.Exit);
        Assert.Equal(42, (await _box.RunAsync("exit.wasm")).Exit.ExitCode);
        Assert.Equal(42, (await _box.RunAsync($"{_box.Workspace}/exit.wasm")).Exit.ExitCode);
        Assert.Equal(42, (await _box.RunAsync("./exit.wasm")).Exit.ExitCode);
    }

    [Fact]
    public async Task Files_of_the_workspace_are_read_and_written_from_the_working_directory()
    {
        Directory.CreateDirectory(Path.Combine(_box.Workspace, "deep"));
        var outcome = await _box.RunAsync(new ExecRequest { Command = "python", Arguments = ["-c", "open('here','w').write('x'); print(open('here').read())"], WorkingDirectory = Path.Combine(_box.Workspace, "deep") });
        Assert.Equal("x\n", outcome.Output);
        Assert.Equal("x", await File.ReadAllTextAsync(Path.Combine(_box.Workspace, "deep", "here")));
    }

    [Fact]
    public async Task Output_that_was_missed_is_read_again_and_running_commands_are_listed()
    {
        int pid;
        await using (var first = await _box.Guest.StartAsync(new ExecRequest { Command = "python", Arguments = ["-uc", "import time; print('early'); time.sleep(1.5); print('late')"], Tag = "mine" }, CancellationToken.None))
            pid = first.Pid;
        Assert.Equal("mine", Assert.Single(await _box.Guest.ListAsync(CancellationToken.None), process => process.Pid == pid).Tag);
        await using var again = await _box.Guest.AttachAsync(new ProcessSelector(0, "mine"), 0, CancellationToken.None);
        Assert.Equal("early\nlate\n", (await Box.ReadAsync(again)).Output);
        Assert.Empty(await _box.Guest.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Twenty_commands_run_at_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _box.RunAsync("js", "-e", $"print({i})")));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}\n"), outcomes.Select(outcome => outcome.Output));
    }

    [Fact]
    public async Task A_megabyte_of_output_is_whole()
    {
        var outcome = await _box.RunAsync("python", "-c", "import sys\nfor i in range(1024): sys.stdout.write('x'*1024)");
        Assert.Equal(1 << 20, outcome.Output.Length);
        Assert.Equal(0, outcome.Exit.OutputDropped);
    }

    [Theory]
    [InlineData("/bin/sh", ErrorCode.Unsupported)]
    [InlineData("ls", ErrorCode.Unsupported)]
    [InlineData("absent.wasm", ErrorCode.NotFound)]
    [InlineData("/usr/lib/absent.wasm", ErrorCode.NotFound)]
    public async Task What_is_no_module_is_refused_by_its_kind(string command, ErrorCode code)
    {
        var refusal = await Assert.ThrowsAsync<CaissonException>(() => _box.RunAsync(command));
        Assert.Equal(code, refusal.Code);
        if (code == ErrorCode.Unsupported)
            Assert.Contains("bubblewrap", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminals_users_ports_and_headers_are_refused_naming_a_wall_that_has_them()
    {
        await RefusedAsync(() => _box.Guest.StartAsync(new ExecRequest { Command = "python", Terminal = new TerminalSize(80, 24) }, CancellationToken.None));
        await RefusedAsync(() => _box.Guest.StartAsync(new ExecRequest { Command = "python", User = "root" }, CancellationToken.None));
        await RefusedAsync(() => _box.Sandbox.ConnectAsync(80, CancellationToken.None));

        static async Task RefusedAsync(Func<Task> call)
        {
            var refusal = await Assert.ThrowsAsync<CaissonException>(call);
            Assert.Equal(ErrorCode.Unsupported, refusal.Code);
            Assert.Contains("bubblewrap", refusal.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_a_typed_refusal() => Assert.Equal(
        ErrorCode.InvalidArgument,
        (await Assert.ThrowsAsync<CaissonException>(() => _box.RunAsync(new ExecRequest { Command = "js", Arguments = ["-e", "1"], WorkingDirectory = "/no/such/place" }))).Code);
}
