using System.Text;
using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Timeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Caisson.Engine.Tests;

public sealed class TimelineTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("caisson-timeline-").FullName;
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => EngineHarness.Token;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Memory_is_bounded_in_entries_and_in_bytes()
    {
        var limits = new TimelineLimits(Entries: 100, Bytes: 50_000);
        await using var writer = new TimelineWriter(limits, NullLogger.Instance);
        var timeline = new SandboxTimeline(_directory, limits, writer, _time);
        for (var index = 0; index < 250; index++)
            timeline.Append(new LifecycleEvent("x", "y"));
        Assert.Equal(Enumerable.Range(151, 100).Select(number => (long)number), timeline.Read(0, 1000).Select(entry => entry.Sequence));
        Assert.Equal([200, 201, 202], timeline.Read(199, 3).Select(entry => entry.Sequence));
        Assert.Empty(timeline.Read(250, 10));
        for (var index = 0; index < 20; index++)
            timeline.Append(new ExecOutput(1, "stdout", new string('a', 4096)));
        Assert.InRange(timeline.Read(0, 1000).Sum(EventSize.Of), 1, 50_000);
    }

    [Fact]
    public async Task The_file_is_bounded_and_read_back_with_control_characters_and_without_torn_lines()
    {
        var limits = new TimelineLimits(FileBytes: 64 << 10);
        await using (var writer = new TimelineWriter(limits, NullLogger.Instance))
        {
            var timeline = new SandboxTimeline(_directory, limits, writer, _time);
            for (var index = 0; index < 2000; index++)
                timeline.Append(new ExecOutput(1, "stdout", $"\u001b[31m\0{index}\r\n"));
        }

        Assert.InRange(Directory.GetFiles(_directory).Sum(path => new FileInfo(path).Length), 1000, 128 << 10);
        await File.AppendAllTextAsync(Path.Combine(_directory, "timeline.ndjson"), """{"type":"exec.output","pid":1,"te""", Token);
        await using (var writer = new TimelineWriter(limits, NullLogger.Instance))
        {
            var again = new SandboxTimeline(_directory, limits, writer, _time);
            again.Restore();
            Assert.Equal("\u001b[31m\01999\r\n", Assert.IsType<ExecOutput>(again.Read(0, 100_000)[^1]).Text);
            again.Append(new LifecycleEvent("next", ""));
        }

        await using var last = new TimelineWriter(limits, NullLogger.Instance);
        var third = new SandboxTimeline(_directory, limits, last, _time);
        third.Restore();
        Assert.Equal(2001, Assert.IsType<LifecycleEvent>(third.Read(0, 100_000)[^1]).Sequence);
    }

    [Fact]
    public async Task A_full_queue_drops_and_marks_and_never_blocks()
    {
        var limits = new TimelineLimits(Queue: 4);
        await using (var writer = new TimelineWriter(limits, NullLogger.Instance))
        {
            var timeline = new SandboxTimeline(_directory, limits, writer, _time);
            for (var index = 0; index < 50_000; index++)
                timeline.Append(new LifecycleEvent("x", "y"));
            await EngineHarness.EventuallyAsync(() =>
            {
                timeline.Append(new LifecycleEvent("x", "last"));
                return new TimelineFile(_directory, 1).Read().Any(entry => entry is LimitReached { Resource: "timeline" });
            });
        }
    }

    [Fact]
    public async Task Executions_are_journaled_whole_once_and_in_order()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var bytes = Encoding.UTF8.GetBytes(new string('é', 3001) + "\u001b[0m");
        host.Inside(sandbox).Inside.Script =
        [
            new ExecOutputEvent(OutputStream.StandardOutput, 0, bytes.AsMemory(0, 4097)),
            new ExecOutputEvent(OutputStream.StandardOutput, 4097, bytes.AsMemory(4097)),
            new ExecExited(0, null, false, false, 0),
        ];
        await using var execution = await sandbox.Guest.StartAsync(new ExecRequest { Command = "echo", Arguments = ["a"] }, Token);
        await using var view = await sandbox.Guest.AttachAsync(new ProcessSelector(7), 0, Token);
        Assert.Equal(3, await execution.ReadAsync(Token).CountAsync(Token));
        Assert.Equal(3, await view.ReadAsync(Token).CountAsync(Token));
        var timeline = sandbox.ReadTimeline(0, 100).SkipWhile(entry => entry is LifecycleEvent).ToList();
        Assert.Equal(("echo", "user"), (Assert.IsType<ExecStarted>(timeline[0]).Command, ((ExecStarted)timeline[0]).User));
        Assert.Equal(Encoding.UTF8.GetString(bytes), string.Concat(timeline.OfType<ExecOutput>().Select(entry => entry.Text)));
        Assert.All(timeline.OfType<ExecOutput>(), entry => Assert.InRange(entry.Text.Length, 1, 4096));
        Assert.Single(timeline.OfType<ExecEnded>());
        Assert.IsType<ExecEnded>(timeline[^1]);
    }

    [Fact]
    public async Task A_flood_of_output_is_bounded_and_marked()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var chunk = new byte[32 << 10];
        host.Inside(sandbox).Inside.Script =
        [
            .. Enumerable.Range(0, 200).Select(index => new ExecOutputEvent(OutputStream.StandardOutput, (long)index * chunk.Length, chunk)),
            new ExecExited(0, null, false, false, 0),
        ];
        await using var execution = await sandbox.Guest.StartAsync(new ExecRequest { Command = "yes" }, Token);
        Assert.Equal(201, await execution.ReadAsync(Token).CountAsync(Token));
        var timeline = sandbox.ReadTimeline(0, 100_000);
        Assert.InRange(timeline.OfType<ExecOutput>().Sum(entry => entry.Text.Length), 1, 1 << 20);
        Assert.Single(timeline.OfType<LimitReached>());
    }

    [Fact]
    public async Task A_process_ended_by_the_memory_limit_is_told_from_one_that_failed()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var inside = host.Inside(sandbox);
        inside.Inside.Script = [new ExecExited(137, null, false, false, 0)];
        Assert.False((await ExitAsync(sandbox, null)).OutOfMemory);
        Assert.True((await ExitAsync(sandbox, () => inside.Usage = inside.Usage with { OutOfMemoryKills = 1 })).OutOfMemory);
        Assert.False((await ExitAsync(sandbox, null)).OutOfMemory);
        Assert.Single(sandbox.ReadTimeline(0, 100).OfType<LimitReached>(), entry => entry.Resource == "memory");
    }

    [Fact]
    public async Task Running_sandboxes_are_measured_every_five_seconds_for_an_hour()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var inside = host.Inside(sandbox);
        inside.Usage = new SandboxUsage(TimeSpan.FromSeconds(2.5), 100, 40, 3, 0);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await EngineHarness.EventuallyAsync(() => sandbox.Metrics.Count == 1);
        var sample = sandbox.Metrics[0];
        Assert.Equal((50.0, 60L, 40L, 11L), (sample.CpuPercent, sample.MemoryUsed, sample.MemoryCache, sample.DiskUsed));
        for (var count = 0; count < 730; count++)
        {
            var before = sandbox.Metrics[^1];
            host.Time.Advance(TimeSpan.FromSeconds(5));
            await EngineHarness.EventuallyAsync(() => sandbox.Metrics[^1] != before);
        }

        Assert.Equal(720, sandbox.Metrics.Count);
    }

    private static async Task<ExecExited> ExitAsync(ISandbox sandbox, Action? meanwhile)
    {
        await using var execution = await sandbox.Guest.StartAsync(new ExecRequest { Command = "x" }, Token);
        meanwhile?.Invoke();
        return Assert.IsType<ExecExited>(await execution.ReadAsync(Token).LastAsync(Token));
    }
}
