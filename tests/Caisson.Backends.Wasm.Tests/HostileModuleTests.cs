using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Backends.Wasm.Tests;

/// <summary>Modules that are broken, or that do what they should not; the sandbox is usable after each.</summary>
public sealed class HostileModuleTests(Wall wall) : IAsyncLifetime
{
    private static readonly TimeSpan _short = TimeSpan.FromSeconds(1);
    private Box _box = null!;

    public async ValueTask InitializeAsync() => _box = await wall.StartAsync();

    public async ValueTask DisposeAsync()
    {
        try
        {
            _box.Add("fine.wasm", Text.Nothing);
            Assert.Equal(0, (await _box.RunAsync("fine.wasm")).Exit.ExitCode);
        }
        finally
        {
            await _box.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(Text.UnknownImport)]
    [InlineData(Text.NoCommand)]
    public async Task A_module_that_cannot_be_a_command_is_refused(string text)
    {
        _box.Add("bad.wasm", text);
        Assert.Equal(ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<CaissonException>(() => _box.RunAsync("bad.wasm"))).Code);
    }

    [Fact]
    public async Task Bytes_that_are_no_module_are_refused()
    {
        var sound = Wasmtime.Module.ConvertText(Text.Flood);
        var random = new Random(7);
        byte[][] broken = [[], "\0asm"u8.ToArray(), sound[..^3], [.. sound, 1, 2, 3], .. Enumerable.Range(0, 30).Select(_ => Broken(sound, random))];
        foreach (var bytes in broken)
        {
            await File.WriteAllBytesAsync(Path.Combine(_box.Workspace, "broken.wasm"), bytes);
            try
            {
                _ = await _box.RunAsync(new ExecRequest { Command = "broken.wasm", Timeout = _short, OutputLimit = 1000 });
            }
            catch (CaissonException refusal)
            {
                Assert.Equal(ErrorCode.InvalidArgument, refusal.Code);
            }
        }

        Directory.CreateDirectory(Path.Combine(_box.Workspace, "folder.wasm"));
        Assert.Equal(ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<CaissonException>(() => _box.RunAsync("folder.wasm"))).Code);
    }

    [Theory]
    [InlineData(Text.Spin)]
    [InlineData(Text.Sleep)]
    [InlineData(Text.Flood)]
    public async Task What_never_ends_ends_with_its_time(string text)
    {
        _box.Add("never.wasm", text);
        var outcome = await _box.RunAsync(new ExecRequest { Command = "never.wasm", Timeout = _short, OutputLimit = 1000 });
        Assert.True(outcome.Exit.TimedOut);
        Assert.Equal(9, outcome.Exit.Signal);
        Assert.Equal(text == Text.Flood ? 1000 : 0, outcome.Output.Length);
        Assert.Equal(text == Text.Flood, outcome.Exit.OutputDropped > 0);
    }

    [Theory]
    [InlineData(Text.Spin, 9)]
    [InlineData(Text.Sleep, 15)]
    [InlineData(Text.Flood, 2)]
    public async Task What_never_ends_is_ended_by_a_signal(string text, int signal)
    {
        _box.Add("never.wasm", text);
        await using var running = await _box.Guest.StartAsync(new ExecRequest { Command = "never.wasm", WorkingDirectory = _box.Workspace }, CancellationToken.None);
        await _box.Guest.SignalAsync(new ProcessSelector(running.Pid), signal, group: false, CancellationToken.None);
        Assert.Equal(signal, (await Box.ReadAsync(running)).Exit.Signal);
    }

    [Fact]
    public async Task A_program_that_waits_for_input_is_ended_by_a_signal()
    {
        await using var running = await _box.Guest.StartAsync(new ExecRequest { Command = "python", Arguments = ["-c", "import sys; sys.stdin.read()"], Input = true, WorkingDirectory = _box.Workspace }, CancellationToken.None);
        await Task.Delay(500);
        await _box.Guest.SignalAsync(new ProcessSelector(running.Pid), 9, group: false, CancellationToken.None);
        Assert.Equal(9, (await Box.ReadAsync(running)).Exit.Signal);
    }

    [Fact]
    public async Task Memory_ends_where_its_limit_is_and_that_is_told()
    {
        _box.Add("grow.wasm", Text.Grow);
        var outcome = await _box.RunAsync("grow.wasm");
        Assert.Equal(7, outcome.Exit.ExitCode);
        Assert.True(outcome.Exit.OutOfMemory);
        var python = await _box.RunAsync("python", "-c", "b=bytearray(400<<20); print('got it')");
        Assert.Contains("MemoryError", python.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("got it", python.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_recursion_is_a_trap_and_not_a_crash()
    {
        _box.Add("recurse.wasm", Text.Recurse);
        var outcome = await _box.RunAsync("recurse.wasm");
        Assert.Equal(134, outcome.Exit.ExitCode);
        Assert.Contains("call stack exhausted", outcome.Error, StringComparison.Ordinal);
        _box.Add("trap.wasm", Text.Unreachable);
        Assert.Contains("unreachable", (await _box.RunAsync("trap.wasm")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sockets_are_not_there_whatever_type_a_module_gives_them()
    {
        _box.Add("socket.wasm", Text.Socket);
        Assert.Equal(58, (await _box.RunAsync("socket.wasm")).Exit.ExitCode);
        Assert.Contains("Not supported", (await _box.RunAsync("python", "-c", "import socket; socket.socket()")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("out/passwd")]
    [InlineData("file")]
    [InlineData("/proc/self/environ")]
    [InlineData("../.caisson/guest")]
    public async Task Nothing_outside_is_opened(string path)
    {
        File.CreateSymbolicLink(Path.Combine(_box.Workspace, "out"), "/etc");
        File.CreateSymbolicLink(Path.Combine(_box.Workspace, "file"), "/etc/passwd");
        _box.Add("open.wasm", Text.Open(path));
        Assert.Equal(1, (await _box.RunAsync("open.wasm")).Exit.ExitCode);
        await File.WriteAllTextAsync(Path.Combine(_box.Workspace, "inside"), "x");
        _box.Add("open.wasm", Text.Open("inside"));
        Assert.Equal(0, (await _box.RunAsync("open.wasm")).Exit.ExitCode);
    }

    [Fact]
    public async Task A_module_is_not_run_through_a_link_that_leads_out()
    {
        _box.Add("real.wasm", Text.Nothing);
        File.CreateSymbolicLink(Path.Combine(_box.Workspace, "link.wasm"), "real.wasm");
        Assert.Equal(0, (await _box.RunAsync("link.wasm")).Exit.ExitCode);
        File.CreateSymbolicLink(Path.Combine(_box.Workspace, "out.wasm"), "/.caisson/wasm/js.wasm");
        Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<CaissonException>(() => _box.RunAsync("out.wasm"))).Code);
    }

    [Fact]
    public async Task Files_are_not_reached_through_a_link_that_leads_out()
    {
        File.CreateSymbolicLink(Path.Combine(_box.Workspace, "out"), "/etc");
        File.CreateSymbolicLink(Path.Combine(_box.Workspace, "nothing"), "/etc/not-there");
        foreach (var path in (string[])["out/passwd", "nothing", "../../etc/passwd"])
        {
            using var content = new MemoryStream("x"u8.ToArray());
            Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<CaissonException>(() => _box.Guest.Files.ReadAsync($"{_box.Workspace}/{path}", null, 0, null, CancellationToken.None))).Code);
            Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<CaissonException>(() => _box.Guest.Files.WriteAsync($"{_box.Workspace}/{path}", null, content, new WriteOptions(), CancellationToken.None))).Code);
        }

        await _box.Guest.Files.RemoveAsync($"{_box.Workspace}/out", null, CancellationToken.None);
        Assert.False(Path.Exists(Path.Combine(_box.Workspace, "out")));
    }

    [Fact]
    public async Task Fuel_bounds_what_a_command_executes()
    {
        _box.Add("spin.wasm", Text.Spin);
        var outcome = await _box.RunAsync(new ExecRequest { Command = "spin.wasm", Environment = Fuel("1000000"), Timeout = TimeSpan.FromMinutes(1) });
        Assert.Equal(24, outcome.Exit.Signal);
        Assert.False(outcome.Exit.TimedOut);
        Assert.Contains("fuel", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<CaissonException>(() => _box.RunAsync(new ExecRequest { Command = "spin.wasm", Environment = Fuel("much") }))).Code);
    }

    private static Dictionary<string, string> Fuel(string amount) => new(StringComparer.Ordinal) { ["CAISSON_WASM_FUEL"] = amount };

    private static byte[] Broken(byte[] sound, Random random)
    {
        var bytes = sound.ToArray();
        for (var i = 0; i < 3; i++)
            bytes[random.Next(8, bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }
}
