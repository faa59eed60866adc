using System.Globalization;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Interop;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>Real machines of a small template.</summary>
public sealed class MachineTests(MachineHost host)
{
    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Fact]
    public async Task Two_clones_share_no_random_stream_and_no_name_and_know_the_time()
    {
        var backend = host.Backend();
        await using var one = new Ending(await host.StartAsync(backend));
        await using var other = new Ending(await host.StartAsync(backend));
        foreach (var script in (string[])["head -c 64 /dev/urandom | sha256sum", "cat /proc/sys/kernel/random/boot_id", "cat /etc/machine-id", "cat /proc/sys/kernel/hostname", "cat /proc/sys/kernel/random/uuid"])
            Assert.NotEqual(await MachineHost.RunAsync(one.Sandbox, script), await MachineHost.RunAsync(other.Sandbox, script));
        var time = long.Parse(await MachineHost.RunAsync(one.Sandbox, "date +%s"), CultureInfo.InvariantCulture);
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(time) - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(-20), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_monitor_is_nobody_and_sees_only_its_own_files()
    {
        await using var held = new Ending(await host.StartAsync(host.Backend()));
        var pid = Ending.Pid(host);
        var status = await File.ReadAllLinesAsync($"/proc/{pid}/status");
        Assert.True(int.Parse(Field(status, "Uid"), CultureInfo.InvariantCulture) >= 0x1000_0000);
        Assert.Equal("1", Field(status, "NoNewPrivs"));
        Assert.Equal("2", Field(status, "Seccomp"));
        Assert.Equal("0000000000000000", Field(status, "CapEff"));
        Assert.Equal(["dev", "firmware", "lib", "lib64", "machine", "proc", "usr"], Directory.EnumerateDirectories($"/proc/{pid}/root/").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        foreach (var space in (string[])["mnt", "net", "pid", "ipc", "uts"])
            Assert.NotEqual(new FileInfo($"/proc/self/ns/{space}").LinkTarget, new FileInfo($"/proc/{pid}/ns/{space}").LinkTarget);
    }

    [Fact]
    public async Task Files_and_programs_are_found_again_by_another_server()
    {
        var request = host.Request(SandboxId.New());
        var first = await host.Backend().StartAsync(request, Soon);
        await MachineHost.RunAsync(first, "echo kept > /tmp/kept; sleep 300 &");
        await first.DisposeAsync();
        var found = await host.Backend().AttachAsync(new AttachRequest(request.Id, request.Spec, request.StateDirectory, host), Soon);
        Assert.NotNull(found);
        await using var held = new Ending(found);
        Assert.Equal("kept", await MachineHost.RunAsync(found, "cat /tmp/kept"));
    }

    [Fact]
    public async Task A_machine_that_stands_still_is_found_again_by_one_server_after_another()
    {
        var request = host.Request(SandboxId.New());
        var sandbox = await host.Backend().StartAsync(request, Soon);
        for (var i = 0; i < 20; i++)
        {
            await ((IFreezable)sandbox).FreezeAsync(Soon);
            await sandbox.DisposeAsync();
            sandbox = (await host.Backend().AttachAsync(new AttachRequest(request.Id, request.Spec, request.StateDirectory, host), Soon))!;
            Assert.Equal("up", await MachineHost.RunAsync(sandbox, "echo up"));
        }

        await new Ending(sandbox).DisposeAsync();
    }

    [Fact]
    public async Task A_stopped_machine_goes_on_with_the_right_time()
    {
        await using var held = new Ending(await host.StartAsync(host.Backend()));
        var freezable = Assert.IsAssignableFrom<IFreezable>(held.Sandbox);
        await freezable.FreezeAsync(Soon);
        await Assert.ThrowsAsync<TimeoutException>(() => MachineHost.RunAsync(held.Sandbox, "echo moved").WaitAsync(TimeSpan.FromSeconds(2)));
        await freezable.ThawAsync(Soon);
        var time = long.Parse(await MachineHost.RunAsync(held.Sandbox, "date +%s"), CultureInfo.InvariantCulture);
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(time) - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(-20), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_captured_disk_is_what_another_sandbox_stands_on()
    {
        var backend = host.Backend();
        var layer = Path.Combine(host.Folder, "captured.ext4");
        await using (var source = new Ending(await host.StartAsync(backend)))
        {
            await MachineHost.RunAsync(source.Sandbox, "echo before > /root/note");
            var captured = await ((ILayered)source.Sandbox).CaptureAsync(layer, leaveProcesses: false, Soon);
            Assert.True(captured.Bytes > 0);
        }

        await using var held = new Ending(await host.StartAsync(backend, layer));
        Assert.Equal("before", await MachineHost.RunAsync(held.Sandbox, "cat /root/note"));
    }

    [Fact]
    public async Task Kept_memory_that_was_changed_on_disk_is_not_used()
    {
        await using (var first = new Ending(await host.StartAsync(host.Backend())))
            Assert.Equal("up", await MachineHost.RunAsync(first.Sandbox, "echo up"));
        // The template's own and the one in a sandbox's root, and those of other tests.
        var written = Directory.GetFiles(host.Cache, "memory", SearchOption.AllDirectories).ToDictionary(memory => memory, Damage, StringComparer.Ordinal);
        await using var held = new Ending(await host.StartAsync(host.Backend()));
        Assert.Equal("up", await MachineHost.RunAsync(held.Sandbox, "echo up"));
        Assert.Equal(2, written.Count(memory => File.GetLastWriteTimeUtc(memory.Key) != memory.Value));
    }

    [Fact]
    public async Task A_killed_monitor_is_told_and_leaves_nothing()
    {
        var id = SandboxId.New();
        var sandbox = await host.Backend().StartAsync(host.Request(id), Soon);
        await using var held = new Ending(sandbox);
        _ = Libc.Kill(Ending.Pid(host), Flags.SIGKILL);
        Assert.Equal("the machine ended", await sandbox.Exited.WaitAsync(TimeSpan.FromSeconds(20)));
        var failure = await Assert.ThrowsAsync<CaissonException>(() => MachineHost.RunAsync(sandbox, "echo"));
        Assert.Equal(ErrorCode.Unavailable, failure.Code);
        await sandbox.KillAsync(CancellationToken.None);
        Assert.False(Directory.Exists(host.StateOf(id)));
        Assert.Empty(MachineHost.LeftOf(id));
    }

    [Fact]
    public async Task What_the_wall_has_not_is_refused_by_name()
    {
        var backend = host.Backend();
        var request = host.Request(SandboxId.New());
        var mounts = request with { Spec = request.Spec with { Mounts = [new Mount("/tmp", "/workspace", ReadOnly: false)] } };
        Assert.Equal(ErrorCode.Unsupported, (await Assert.ThrowsAsync<CaissonException>(() => backend.StartAsync(mounts, Soon))).Code);
        var volume = request with { Spec = request.Spec with { Mounts = [new Mount("/tmp", "/data", ReadOnly: false) { IsVolume = true }] } };
        Assert.Contains("no volumes", (await Assert.ThrowsAsync<CaissonException>(() => backend.StartAsync(volume, Soon))).Message, StringComparison.Ordinal);
        var cells = request with { Spec = request.Spec with { Nesting = true } };
        Assert.Equal(ErrorCode.Unsupported, (await Assert.ThrowsAsync<CaissonException>(() => backend.StartAsync(cells, Soon))).Code);
        var small = request with { Spec = request.Spec with { Resources = new Resources { MemoryBytes = 16 << 20 } } };
        Assert.Equal(ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<CaissonException>(() => backend.StartAsync(small, Soon))).Code);
    }

    private static DateTime Damage(string memory)
    {
        using (var file = File.OpenHandle(memory, FileMode.Open, FileAccess.ReadWrite))
        {
            var page = new byte[4096];
            RandomAccess.Read(file, page, 1 << 20);
            page[17] ^= 0xFF;
            RandomAccess.Write(file, page, 1 << 20);
        }

        return File.GetLastWriteTimeUtc(memory);
    }

    private static string Field(string[] status, string name) => status.First(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim().Split('\t')[0];
}
