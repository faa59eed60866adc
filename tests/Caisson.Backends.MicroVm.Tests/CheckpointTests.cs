using System.Globalization;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Backends.MicroVm.Monitors.Qemu;
using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>Machines whose memory is written to disk and put back.</summary>
public sealed class CheckpointTests(MachineHost host)
{
    private const string Listening = """
        socket(S,2,1,6); setsockopt(S,1,2,pack("i",1)); bind(S,pack("S n a4 x8",2,8080,"\x7f\0\0\1")) || die; listen(S,9); while(accept(C,S)){$n++; syswrite(C,"$ENV{MARK} $n\n"); close C}
        """;

    private const string Names = "cat /proc/sys/kernel/random/boot_id /etc/machine-id /proc/sys/kernel/hostname";

    private const string GoingOut = """perl -e 'socket(S,2,1,6); connect(S,pack("S n a4 x8",2,80,"\x0a\1\2\3")); sysread(S,$a,1)'""";

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Fact]
    public async Task A_machine_goes_on_from_its_memory_on_disk_more_than_once()
    {
        var heard = new Timeline();
        var request = host.Request("going-on") with { Timeline = heard };
        var sandbox = await host.Backend().StartAsync(request, Soon);
        await BusyAsync(sandbox);
        var names = await MachineHost.RunAsync(sandbox, Names);
        for (var round = 1; round <= 3; round++)
        {
            Assert.Equal($"kept {round}", await AskAsync(sandbox));
            var files = Files();
            if (round > 1)
                await ((IFreezable)sandbox).FreezeAsync(Soon);
            var written = await ((ICheckpointable)sandbox).CheckpointAsync(MemoryOf(request), Soon);
            Assert.Equal("the machine ended", await sandbox.Exited.WaitAsync(TimeSpan.FromSeconds(5), Soon));
            Assert.DoesNotContain(MachineHost.LeftOf(request.Id), path => path.StartsWith("/proc", StringComparison.Ordinal));
            Assert.InRange(written.Bytes, 1 << 20, 120 << 20);
            Assert.InRange(written.Processes, 2, 10);
            Assert.Equal(0x1C0, (int)File.GetUnixFileMode(MemoryOf(request)));
            Assert.All(Directory.EnumerateFiles(MemoryOf(request)), file => Assert.Equal(0x180, (int)File.GetUnixFileMode(file)));
            await sandbox.KillAsync(Soon);
            Assert.Empty(MachineHost.LeftOf(request.Id));
            Assert.InRange(Files(), 0, files);
            await Task.Delay(TimeSpan.FromSeconds(3), Soon);

            var backend = host.Backend();
            await backend.SettleAsync(request.Disk!, Soon);
            sandbox = await backend.StartAsync(request with { Checkpoint = MemoryOf(request) }, Soon);
            var (before, time) = (TimeProvider.System.GetUtcNow(), await MachineHost.RunAsync(sandbox, "date +%s"));
            Assert.InRange(long.Parse(time, CultureInfo.InvariantCulture), before.ToUnixTimeSeconds() - 1, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 1);
            Assert.Equal(names, await MachineHost.RunAsync(sandbox, Names));
            Assert.Equal("in memory", await MachineHost.RunAsync(sandbox, "cat /dev/shm/note"));
            Assert.Equal("on disk", await MachineHost.RunAsync(sandbox, "cat /root/note"));
            await MachineHost.CountsOnAsync(sandbox);
            heard.Entries.Clear();
            await MachineHost.RunAsync(sandbox, GoingOut);
            Assert.Contains(heard.Entries, entry => entry is EgressDecision);
            if (round < 3)
                Directory.Delete(MemoryOf(request), recursive: true);
        }

        // It has gone on: the memory does not go with the disk any more.
        await new Ending(sandbox).DisposeAsync();
        await FailsAsync(ErrorCode.Internal, request);
    }

    [Fact]
    public async Task Damaged_memory_is_refused_and_leaves_the_files()
    {
        var request = host.Request("damaged");
        await using (var held = new Ending(await host.Backend().StartAsync(request, Soon)))
        {
            await BusyAsync(held.Sandbox);
            await ((ICheckpointable)held.Sandbox).CheckpointAsync(MemoryOf(request), Soon);
        }

        var file = Path.Combine(MemoryOf(request), "memory");
        var bytes = await File.ReadAllBytesAsync(file, Soon);
        await File.WriteAllBytesAsync(file, bytes[..(bytes.Length / 2)], Soon);
        await FailsAsync(ErrorCode.Internal, request);
        var other = (byte[])bytes.Clone();
        other[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, other, Soon);
        await FailsAsync(ErrorCode.Internal, request);
        await File.WriteAllBytesAsync(file, bytes, Soon);
        await FailsAsync(ErrorCode.Unsupported, request with { Spec = request.Spec with { Resources = request.Spec.Resources with { Cpus = 2 } } });
        Directory.Move(MemoryOf(request), MemoryOf(request) + ".away");
        await FailsAsync(ErrorCode.Internal, request);
        await using var without = new Ending(await host.Backend().StartAsync(request, Soon));
        Assert.Equal("on disk", await MachineHost.RunAsync(without.Sandbox, "cat /root/note"));
    }

    [Fact]
    public async Task What_cannot_be_written_stays_in_memory_stopped_or_not()
    {
        using var small = host.Small("no-memory", 4096);
        var request = host.Request("unwritten");
        await using var held = new Ending(await host.Backend().StartAsync(request, Soon));
        await BusyAsync(held.Sandbox);
        foreach (var frozen in (bool[])[false, true])
        {
            if (frozen)
                await ((IFreezable)held.Sandbox).FreezeAsync(Soon);
            var failure = await Assert.ThrowsAsync<CaissonException>(() => ((ICheckpointable)held.Sandbox).CheckpointAsync(Path.Combine(small.Path, "memory"), Soon));
            Assert.Equal(ErrorCode.Unavailable, failure.Code);
            Assert.Empty(Directory.EnumerateFileSystemEntries(small.Path));
            if (frozen)
                await ((IFreezable)held.Sandbox).ThawAsync(Soon);
            await MachineHost.CountsOnAsync(held.Sandbox);
        }

        await ((ICheckpointable)held.Sandbox).CheckpointAsync(MemoryOf(request), Soon);
        await held.Sandbox.KillAsync(Soon);
        await using var next = new Ending(await host.Backend().StartAsync(request with { Checkpoint = MemoryOf(request) }, Soon));
        Assert.Equal("kept 1", await AskAsync(next.Sandbox));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_died_while_it_was_written_leaves_the_next_one_a_machine_that_stands_still(bool whole)
    {
        var request = host.Request($"died-{whole}");
        var sandbox = await host.Backend().StartAsync(request, Soon);
        await BusyAsync(sandbox);
        await ((IFreezable)sandbox).FreezeAsync(Soon);
        await sandbox.DisposeAsync();
        var machine = new QemuMachine(request.StateDirectory, MonitorProcess.Find(Ending.Pid(host)));
        var writing = machine.WriteAsync(_ => whole ? ValueTask.CompletedTask : throw new IOException("gone"), Soon);
        if (whole)
            await writing;
        else
            await Assert.ThrowsAsync<IOException>(() => writing);
        await machine.DisposeAsync();
        sandbox = (await host.Backend().AttachAsync(new AttachRequest(request.Id, request.Spec, request.StateDirectory, host, Frozen: true) { Disk = request.Disk, Checkpoint = MemoryOf(request) }, Soon))!;
        await using var held = new Ending(sandbox);
        await ((IFreezable)sandbox).ThawAsync(Soon);
        await MachineHost.CountsOnAsync(sandbox);
        Assert.IsAssignableFrom<ICheckpointable>(sandbox);
    }

    private static string MemoryOf(StartRequest request) => $"{request.Disk}.memory";

    private static int Files() => Directory.EnumerateFiles("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.Contains("memfd:machine", StringComparison.Ordinal) == true);

    private static async Task BusyAsync(IWalledSandbox sandbox)
    {
        await MachineHost.RunAsync(sandbox, $"echo in memory > /dev/shm/note; echo on disk > /root/note; {MachineHost.Counting} MARK=kept perl -e '{Listening.Trim()}' > /dev/null 2>&1 &");
        // The one that counts is there long before the one that listens (8080 is 1F90, and 0A a listener).
        await MachineHost.RunAsync(sandbox, "until grep -q ':1F90 .* 0A ' /proc/net/tcp; do sleep 0.1; done");
        await MachineHost.CountsOnAsync(sandbox);
    }

    private static async Task<string> AskAsync(IWalledSandbox sandbox)
    {
        await using var stream = await sandbox.ConnectAsync(8080, Soon);
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync(Soon)).Trim();
    }

    private async Task FailsAsync(ErrorCode code, StartRequest request)
    {
        var failure = await Assert.ThrowsAsync<CaissonException>(() => host.Backend().StartAsync(request with { Checkpoint = MemoryOf(request) }, Soon));
        Assert.Equal(code, failure.Code);
        Assert.Contains("memory: false", failure.Remedy, StringComparison.Ordinal);
        Assert.False(Directory.Exists(request.StateDirectory));
        Assert.Empty(MachineHost.LeftOf(request.Id));
    }

    private sealed class Timeline : ITimeline
    {
        public List<SandboxEvent> Entries { get; } = [];

        public void Append(SandboxEvent entry) => Entries.Add(entry);
    }
}
