using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Caisson.Interpreter.Tests.Forks;

namespace Caisson.Interpreter.Tests;

/// <summary>What a fork of the zygote is to the guest: a process with streams, a pid to signal, and an exit code.</summary>
public sealed class ForkedContextTests : IAsyncLifetime
{
    private const int Interrupt = 2;
    private const string Ready = """os.write(4, b'{"t":"ready"}\n');""";

    // What is printed at once would come before the frame.
    private const string Settled = "import time; time.sleep(1)\n";
    private readonly string _directory = Directory.CreateTempSubdirectory("caisson-forks-").FullName;
    private readonly string _name = $"caisson-test-{Guid.NewGuid():N}";
    private readonly List<Process> _started = [];
    private TestZygote _zygote = null!;

    public async ValueTask InitializeAsync() => _zygote = await TestZygote.StartAsync(_directory, _name);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }

        await _zygote.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_is_printed_before_a_frame_comes_before_it_and_the_exit_code_is_the_kernels()
    {
        var process = Enter("""
            for i in range(200):
                os.write(1, b"a\xc3\xa4\n"); os.write(4, b'{"t":"frame"}\n')
            os.write(4, b'{"t":'); os.write(2, b"late\n"); os.write(4, b'"end"}\n')
            os._exit(7)
            """);
        var lines = (await process.StandardOutput.ReadToEndAsync().WaitAsync(TestZygote.Limit)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await ExitedAsync(process, 7);
        var (printed, frames) = (0, 0);
        foreach (var line in lines)
        {
            printed += line.Split("a\\u00e4\\n").Length - 1;
            // What was printed after it may have come before it too, for nobody knows of that.
            if (line == """{"t":"frame"}""")
                Assert.InRange(printed, ++frames, 200);
        }

        Assert.Equal((200, 200), (printed, frames));
        Assert.Contains("""{"t":"end"}""", lines);
        Assert.Contains("""{"t":"stderr","text":"late\n"}""", lines);
    }

    [Fact]
    public async Task Requests_reach_the_kernel_itself()
    {
        var process = Enter("os.write(4, b'{\"t\":\"' + os.read(3, 100).strip() + b'\"}\\n')");
        await process.StandardInput.WriteLineAsync("asked");
        Assert.Equal("""{"t":"asked"}""", await LineAsync(process));
        await ExitedAsync(process, 0);
    }

    [Fact]
    public async Task Its_place_is_held_by_less_than_half_a_megabyte()
    {
        for (var i = 0; i < 3; i++)
        {
            var process = await ReadyAsync("import time; time.sleep(60)");
            // The kernel may be ready before the place is held.
            Assert.True(await UntilAsync(() => PrivateKilobytes(process.Id) < 512), $"{PrivateKilobytes(process.Id)} KiB");
        }
    }

    [Fact]
    public async Task Interrupts_reach_it_as_often_as_they_are_sent()
    {
        var process = await ReadyAsync("""
            import signal, time
            signal.signal(signal.SIGINT, lambda *_: os.write(4, b'{"t":"interrupted"}\n'))
            os.write(4, b'{"t":"now"}\n')
            while True: time.sleep(60)
            """);
        Assert.Equal("""{"t":"now"}""", await LineAsync(process));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(0, kill(process.Id, Interrupt));
            Assert.Equal("""{"t":"interrupted"}""", await LineAsync(process));
        }
    }

    [Fact]
    public async Task A_kernel_that_is_killed_says_so_after_what_it_wrote()
    {
        var process = Enter("os.write(1, b'last words'); os.kill(os.getpid(), 9)");
        Assert.Equal("""{"t":"stdout","text":"last words"}""", await LineAsync(process));
        await ExitedAsync(process, 137);
    }

    [Fact]
    public async Task It_ends_with_the_process_that_holds_its_place()
    {
        var process = Enter($"{Ready} os.write(4, b'%d\\n' % os.getpid()); import time; time.sleep(60)");
        await LineAsync(process);
        var kernel = int.Parse(await LineAsync(process), CultureInfo.InvariantCulture);
        process.Kill();
        Assert.True(await UntilAsync(() => !Directory.Exists($"/proc/{kernel}")));
    }

    [Fact]
    public async Task One_whose_output_nobody_reads_holds_up_no_other_and_waits_within_bounds()
    {
        var stuck = await ReadyAsync($"{Settled}piece = b'x' * 65536\nfor i in range(4000): os.write(1, piece)\nos.write(4, b'{{\"t\":\"end\"}}\\n')");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        for (var i = 0; i < 5; i++)
        {
            var other = Enter("os.write(4, b'{\"t\":\"done\"}\\n')");
            Assert.Equal("""{"t":"done"}""", await LineAsync(other));
            await ExitedAsync(other, 0);
        }

        Assert.InRange(PrivateKilobytes(_zygote.Streams), 1, 32 << 10);
        // Once read, it goes on where it stood.
        long characters = 0;
        while (await LineAsync(stuck) is var line && line != """{"t":"end"}""")
            characters += line.Length - """{"t":"stdout","text":""}""".Length;
        Assert.Equal(4000L * 65536, characters);
        await ExitedAsync(stuck, 0);
    }

    [Fact]
    public async Task Without_the_carrier_of_streams_everything_ends()
    {
        var process = Enter($"{Ready} os.write(4, b'%d\\n' % os.getpid()); import time; time.sleep(60)");
        await LineAsync(process);
        var kernel = int.Parse(await LineAsync(process), CultureInfo.InvariantCulture);
        Assert.Equal(0, kill(_zygote.Streams, 9));
        await ExitedAsync(process, 137);
        await _zygote.ExitedAsync();
        Assert.True(await UntilAsync(() => !Directory.Exists($"/proc/{kernel}")));
    }

    [Fact]
    public async Task After_a_dead_zygote_the_next_one_has_its_name_though_a_kernel_is_stuck()
    {
        var stuck = await ReadyAsync($"{Settled}while True: os.write(1, b'x' * 65536)");
        await using var dead = _zygote;
        dead.Kill();
        await dead.ExitedAsync();
        _zygote = await TestZygote.StartAsync(_directory, _name);
        await ReadyAsync("import time; time.sleep(60)");
        stuck.Kill();
    }

    private Process Enter(string code)
    {
        var process = _zygote.Enter(code);
        _started.Add(process);
        return process;
    }

    private async Task<Process> ReadyAsync(string code)
    {
        var process = Enter($"{Ready}\n{code}");
        Assert.Equal("""{"t":"ready"}""", await LineAsync(process));
        return process;
    }

    private static async Task<string> LineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(TestZygote.Limit) ?? throw new InvalidOperationException($"it ended: {await process.StandardError.ReadToEndAsync()}");

    private static async Task ExitedAsync(Process process, int code)
    {
        await process.WaitForExitAsync().WaitAsync(TestZygote.Limit);
        Assert.Equal(code, process.ExitCode);
    }

    private static async Task<bool> UntilAsync(Func<bool> holds)
    {
        for (var i = 0; i < 100; i++)
        {
            if (holds())
                return true;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return false;
    }

    private static long PrivateKilobytes(int pid) => File.ReadLines($"/proc/{pid}/smaps_rollup")
        .Where(line => line.StartsWith("Private_", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
