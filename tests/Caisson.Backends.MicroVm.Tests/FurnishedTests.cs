using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>Sandboxes that go on from a machine which is in its root already.</summary>
public sealed class FurnishedTests(MachineHost host)
{
    private const string Writing = "head -c 80000000 /dev/zero > /root/large && echo written || echo full";
    private const string Forking = "i=0; while [ $i -lt 40 ]; do sleep 5 & i=$((i+1)); done 2>&1; echo $i";

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Fact]
    public async Task Each_has_the_disk_and_the_bounds_that_were_asked_for()
    {
        await using var small = new Ending(await StartAsync(host.Backend(), new Resources { MemoryBytes = 128 << 20, DiskBytes = 64 << 20, Pids = 64 }));
        await using var large = new Ending(await StartAsync(host.Backend(), new Resources { MemoryBytes = 128 << 20, DiskBytes = 128 << 20, Pids = 24 }));
        Assert.EndsWith("full", await MachineHost.RunAsync(small.Sandbox, Writing), StringComparison.Ordinal);
        Assert.EndsWith("written", await MachineHost.RunAsync(large.Sandbox, Writing), StringComparison.Ordinal);
        Assert.Equal("40", await MachineHost.RunAsync(small.Sandbox, Forking));
        Assert.Contains("fork", await MachineHost.RunAsync(large.Sandbox, Forking), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task None_sees_what_another_wrote_and_no_program_runs_before_its_own()
    {
        var backend = host.Backend();
        await using (var one = new Ending(await host.StartAsync(backend)))
        {
            Assert.Equal(0, (await one.Sandbox.UsageAsync(Soon)).Pids);
            await MachineHost.RunAsync(one.Sandbox, "echo mine > /root/note; echo mine > /dev/shm/note; echo mine > /etc/machine-id");
        }

        await using var other = new Ending(await host.StartAsync(backend));
        Assert.Equal("none", await MachineHost.RunAsync(other.Sandbox, "cat /root/note /dev/shm/note 2>/dev/null || echo none"));
        Assert.Matches("^[0-9a-f]{32}$", await MachineHost.RunAsync(other.Sandbox, "cat /etc/machine-id"));
        Assert.DoesNotMatch("^0*$", await MachineHost.RunAsync(other.Sandbox, "cat /etc/machine-id"));
    }

    [Fact]
    public async Task A_kept_disk_that_was_changed_is_not_used()
    {
        var resources = new Resources { MemoryBytes = 128 << 20, DiskBytes = 96 << 20, Pids = 64 };
        var known = Directory.Exists(host.Cache) ? Directory.GetFiles(host.Cache, "disk", SearchOption.AllDirectories) : [];
        await using (var first = new Ending(await StartAsync(host.Backend(), resources)))
            Assert.Equal("up", await MachineHost.RunAsync(first.Sandbox, "echo up"));
        var disk = Assert.Single(Directory.GetFiles(host.Cache, "disk", SearchOption.AllDirectories).Except(known, StringComparer.Ordinal));
        var memory = Path.Combine(Path.GetDirectoryName(disk)!, "memory");
        var made = File.GetLastWriteTimeUtc(memory);
        using (var file = File.OpenHandle(disk, FileMode.Open, FileAccess.ReadWrite))
        {
            var block = new byte[1024];
            RandomAccess.Read(file, block, 1024);
            block[0x78] ^= 0xFF;
            RandomAccess.Write(file, block, 1024);
        }

        await using var held = new Ending(await StartAsync(host.Backend(), resources));
        Assert.Equal("up", await MachineHost.RunAsync(held.Sandbox, "echo up"));
        Assert.NotEqual(made, File.GetLastWriteTimeUtc(memory));
    }

    [Fact]
    public async Task A_kept_machine_that_is_gone_is_made_again()
    {
        var resources = new Resources { MemoryBytes = 128 << 20, DiskBytes = 80 << 20, Pids = 64 };
        var backend = host.Backend();
        for (var round = 0; round < 2; round++)
        {
            await using var held = new Ending(await StartAsync(backend, resources));
            Assert.Equal("up", await MachineHost.RunAsync(held.Sandbox, "echo up"));
            foreach (var disk in Directory.GetFiles(host.Cache, "disk", SearchOption.AllDirectories))
                Directory.Delete(Path.GetDirectoryName(disk)!, recursive: true);
        }
    }

    private Task<IWalledSandbox> StartAsync(MicroVmBackend backend, Resources resources)
    {
        var request = host.Request(SandboxId.New());
        return backend.StartAsync(request with { Spec = request.Spec with { Resources = resources } }, Soon);
    }
}
