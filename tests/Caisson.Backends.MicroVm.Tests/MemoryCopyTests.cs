using Caisson.Core.Backends;
using Caisson.Core.Failures;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>Machines copied with their memory, and others that go on from the copy.</summary>
public sealed class MemoryCopyTests(MachineHost host)
{
    private const string Counting = "echo in memory > /dev/shm/note; echo on disk > /root/note; " + MachineHost.Counting;

    private const string Names = "cat /proc/sys/kernel/random/boot_id; cat /etc/machine-id; cat /proc/sys/kernel/hostname; head -c 16 /dev/urandom | sha256sum";

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copies_go_on_each_with_names_of_its_own_and_the_source_as_before(bool frozen)
    {
        await using var source = await BusyAsync($"source-{frozen}");
        if (frozen)
            await ((IFreezable)source.Sandbox).FreezeAsync(Soon);
        var copy = Place($"copy-{frozen}");
        var captured = await CaptureAsync(source, copy);
        Assert.InRange(captured.Memory!.Processes, 2, 4);
        Assert.Equal(frozen, captured.Stopped == TimeSpan.Zero);
        // A second one is made of the same machine, stopped or not.
        var again = Place($"again-{frozen}");
        Assert.NotEqual(captured.Memory.Digest, (await CaptureAsync(source, again)).Memory!.Digest);
        await using var one = await GoOnAsync(copy);
        await using var two = await GoOnAsync(copy);
        await using var three = await GoOnAsync(again);
        if (frozen)
            await ((IFreezable)source.Sandbox).ThawAsync(Soon);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sandbox in (IWalledSandbox[])[source.Sandbox, one.Sandbox, two.Sandbox, three.Sandbox])
        {
            await MachineHost.CountsOnAsync(sandbox);
            Assert.Equal("in memory", await MachineHost.RunAsync(sandbox, "cat /dev/shm/note"));
            Assert.Equal("on disk", await MachineHost.RunAsync(sandbox, "cat /root/note"));
            Assert.All((await MachineHost.RunAsync(sandbox, Names)).Split('\n', StringSplitOptions.RemoveEmptyEntries), name => Assert.True(names.Add(name), name));
        }

        Assert.Equal(16, names.Count);
        await MachineHost.RunAsync(one.Sandbox, "echo other > /root/note; echo other > /dev/shm/note");
        foreach (var sandbox in (IWalledSandbox[])[source.Sandbox, two.Sandbox, three.Sandbox])
            Assert.Equal("on disk\nin memory", await MachineHost.RunAsync(sandbox, "cat /root/note /dev/shm/note"));
    }

    [Fact]
    public async Task A_copy_of_a_copy_is_found_again_by_another_server_and_goes_to_disk_and_back()
    {
        await using var source = await BusyAsync("first");
        var copy = Place("second");
        await CaptureAsync(source, copy);
        var request = host.Request("second");
        var sandbox = await host.Backend().StartAsync(request with { Copy = copy }, Soon);
        var copyOfCopy = Place("third");
        await ((ICopiesMemory)sandbox).CaptureWithMemoryAsync(copyOfCopy.Disk, copyOfCopy.Memory, Soon);
        var names = await MachineHost.RunAsync(sandbox, "cat /proc/sys/kernel/random/boot_id /etc/machine-id");
        await sandbox.DisposeAsync();
        sandbox = (await host.Backend().AttachAsync(new AttachRequest(request.Id, request.Spec, request.StateDirectory, host, Frozen: false) { Disk = request.Disk }, Soon))!;
        await MachineHost.CountsOnAsync(sandbox);
        await ((ICheckpointable)sandbox).CheckpointAsync($"{request.Disk}.memory", Soon);
        await sandbox.KillAsync(Soon);
        await using var back = new Ending(await host.Backend().StartAsync(request with { Checkpoint = $"{request.Disk}.memory" }, Soon));
        await MachineHost.CountsOnAsync(back.Sandbox);
        Assert.Equal(names, await MachineHost.RunAsync(back.Sandbox, "cat /proc/sys/kernel/random/boot_id /etc/machine-id"));
        await using var third = await GoOnAsync(copyOfCopy);
        await MachineHost.CountsOnAsync(third.Sandbox);
        Assert.NotEqual(names, await MachineHost.RunAsync(third.Sandbox, "cat /proc/sys/kernel/random/boot_id /etc/machine-id"));
    }

    [Fact]
    public async Task Memory_on_disk_can_be_copied_and_is_still_there()
    {
        var request = host.Request("stored");
        var sandbox = await host.Backend().StartAsync(request, Soon);
        await MachineHost.RunAsync(sandbox, Counting);
        var written = await ((ICheckpointable)sandbox).CheckpointAsync($"{request.Disk}.memory", Soon);
        await sandbox.KillAsync(Soon);
        var copy = Place("of-stored");
        var backend = host.Backend();
        await backend.CaptureAsync(request.Disk!, copy.Disk, Soon);
        var memory = await backend.CopyMemoryAsync($"{request.Disk}.memory", copy.Memory, written.Processes, Soon);
        Assert.Equal((written.Bytes, written.Processes), (memory.Bytes, memory.Processes));
        await using var one = await GoOnAsync(copy);
        await MachineHost.CountsOnAsync(one.Sandbox);
        await using var back = new Ending(await host.Backend().StartAsync(request with { Checkpoint = $"{request.Disk}.memory" }, Soon));
        await MachineHost.CountsOnAsync(back.Sandbox);
    }

    [Fact]
    public async Task What_is_damaged_or_of_another_shape_or_finds_no_room_leaves_nothing()
    {
        await using var source = await BusyAsync("sound");
        var copy = Place("damaged");
        await CaptureAsync(source, copy);
        var request = host.Request("of-damaged");
        var other = request with { Copy = copy, Spec = request.Spec with { Resources = request.Spec.Resources with { Cpus = 2 } } };
        await FailsAsync(ErrorCode.Unsupported, other);
        var file = Path.Combine(copy.Memory, "memory");
        var bytes = await File.ReadAllBytesAsync(file, Soon);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Soon);
        await FailsAsync(ErrorCode.Internal, request with { Copy = copy });

        using var small = host.Small("no-room", 4096);
        var failure = await Assert.ThrowsAsync<CaissonException>(
            () => ((ICopiesMemory)source.Sandbox).CaptureWithMemoryAsync(Path.Combine(host.Folder, "roomy"), Path.Combine(small.Path, "memory"), Soon));
        Assert.Equal(ErrorCode.Unavailable, failure.Code);
        Assert.False(File.Exists(Path.Combine(host.Folder, "roomy")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(small.Path));
        await MachineHost.CountsOnAsync(source.Sandbox);
    }

    [Fact]
    public async Task Without_processes_it_is_a_copy_of_files_alone()
    {
        var sandbox = await host.Backend().StartAsync(host.Request("idle"), Soon);
        await using var held = new Ending(sandbox);
        var copy = Place("of-idle");
        Assert.Null((await ((ICopiesMemory)sandbox).CaptureWithMemoryAsync(copy.Disk, copy.Memory, Soon)).Memory);
        Assert.False(Directory.Exists(copy.Memory));
    }

    private static Task<CapturedLayer> CaptureAsync(Ending source, SandboxCopy copy) => ((ICopiesMemory)source.Sandbox).CaptureWithMemoryAsync(copy.Disk, copy.Memory, Soon);

    private async Task<Ending> BusyAsync(string name)
    {
        var sandbox = await host.Backend().StartAsync(host.Request(name), Soon);
        await MachineHost.RunAsync(sandbox, Counting);
        await MachineHost.CountsOnAsync(sandbox);
        return new Ending(sandbox);
    }

    private async Task<Ending> GoOnAsync(SandboxCopy copy) => new(await host.Backend().StartAsync(host.Request(Guid.NewGuid().ToString("N")) with { Copy = copy }, Soon));

    private async Task FailsAsync(ErrorCode code, StartRequest request)
    {
        var failure = await Assert.ThrowsAsync<CaissonException>(() => host.Backend().StartAsync(request, Soon));
        Assert.Equal(code, failure.Code);
        Assert.False(Directory.Exists(request.StateDirectory));
        Assert.Empty(MachineHost.LeftOf(request.Id));
    }

    private SandboxCopy Place(string name) => new(Path.Combine(host.Folder, $"{name}.layer"), Path.Combine(host.Folder, $"{name}.memory"));
}
