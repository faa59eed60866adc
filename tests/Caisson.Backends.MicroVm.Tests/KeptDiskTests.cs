using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>A disk that outlives its machine.</summary>
public sealed class KeptDiskTests(MachineHost host)
{
    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Fact]
    public async Task What_was_in_memory_alone_is_on_the_disk_for_the_next_machine()
    {
        var backend = host.Backend();
        var disk = Path.Combine(host.Folder, "kept.ext4");
        for (var round = 0; round < 3; round++)
        {
            var id = SandboxId.New();
            var sandbox = await backend.StartAsync(host.Request(id) with { Disk = disk }, Soon);
            await using (var held = new Ending(sandbox))
            {
                Assert.Equal(round == 0 ? "" : $"{round - 1}", await MachineHost.RunAsync(sandbox, "cat /root/note 2>/dev/null"));
                await MachineHost.RunAsync(sandbox, $"echo {round} > /root/note; sleep 300 > /dev/null 2>&1 &");
                if (round == 1)
                    await ((IFreezable)sandbox).FreezeAsync(Soon);
                await ((IWritesOut)sandbox).WriteOutAsync(Soon);
            }

            await backend.SettleAsync(disk, Soon);
            Assert.False(Directory.Exists(host.StateOf(id)));
            Assert.Empty(MachineHost.LeftOf(id));
        }

        var copy = Path.Combine(host.Folder, "copy.ext4");
        Assert.True((await backend.CaptureAsync(disk, copy, Soon)).Bytes > 0);
        await using var other = new Ending(await host.StartAsync(backend, copy));
        Assert.Equal("2", await MachineHost.RunAsync(other.Sandbox, "cat /root/note"));
    }
}
