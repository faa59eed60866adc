using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>A host without room: typed failures, and nothing left.</summary>
public sealed class FullDiskTests(MachineHost host)
{
    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Fact]
    public async Task No_room_for_a_sandbox_is_told_and_leaves_nothing()
    {
        using var small = host.Small("no-room", 16);
        var id = SandboxId.New();
        var request = host.Request(id) with { StateDirectory = Path.Combine(small.Path, id.Value) };
        var failure = await Assert.ThrowsAsync<CaissonException>(() => host.Backend().StartAsync(request, Soon));
        Assert.Equal(ErrorCode.Internal, failure.Code);
        Assert.False(Directory.Exists(request.StateDirectory));
        Assert.Empty(MachineHost.LeftOf(id));
    }

    [Fact]
    public async Task No_room_for_what_machines_are_made_of_is_told_and_leaves_nothing()
    {
        using var small = host.Small("no-cache", 4096);
        var request = host.Request(SandboxId.New());
        var failure = await Assert.ThrowsAsync<CaissonException>(() => host.Backend(small.Path).StartAsync(request, Soon));
        Assert.Equal(ErrorCode.Internal, failure.Code);
        // An image that is whole is for the next start.
        Assert.All(Directory.EnumerateFileSystemEntries(small.Path), path => Assert.EndsWith(".erofs", path, StringComparison.Ordinal));
        Assert.False(Directory.Exists(request.StateDirectory));
    }

    [Fact]
    public async Task No_room_for_what_a_sandbox_writes_fails_the_write_and_not_the_machine()
    {
        using var small = host.Small("little-room", 12 << 10);
        var id = SandboxId.New();
        await using var held = new Ending(await host.Backend().StartAsync(host.Request(id) with { StateDirectory = Path.Combine(small.Path, id.Value) }, Soon));
        await MachineHost.RunAsync(held.Sandbox, "head -c 24000000 /dev/urandom > /root/large");
        await Assert.ThrowsAsync<CaissonException>(() => ((IFreezable)held.Sandbox).FreezeAsync(Soon));
        Assert.Equal("up", await MachineHost.RunAsync(held.Sandbox, "echo up"));
    }
}
