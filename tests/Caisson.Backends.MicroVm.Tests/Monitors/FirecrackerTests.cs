using Caisson.Backends.MicroVm.Monitors.Api;
using Caisson.Backends.MicroVm.Monitors.Firecracker;
using Caisson.Core.Failures;

namespace Caisson.Backends.MicroVm.Tests.Monitors;

/// <summary>What Firecracker is told, held against its documented interface.</summary>
public sealed class FirecrackerTests
{
    private static readonly FirecrackerApi _api = new();

    [Fact]
    public async Task A_machine_is_described_then_started_stopped_and_kept()
    {
        await using var bench = new ApiBench();
        await using var fake = new FakeFirecracker(bench.Folder);
        await using var machine = bench.Machine(_api);
        await machine.BringUpAsync(bench.Start(state: null, cpus: 3), ApiBench.Soon);
        Assert.Equal(
            ["GET /", "PUT /machine-config", "PUT /boot-source", "PUT /drives/layer0", "PUT /drives/disk", "PUT /drives/before0", "PUT /vsock", "PUT /actions"],
            fake.Requests.Select(request => string.Join(' ', request.Split(' ').Take(2))));
        Assert.True(ApiBench.Says(fake.Requests[1], "vcpu_count", 4));
        await machine.GoOnAsync(ApiBench.Soon);
        await machine.StopAsync(ApiBench.Soon);
        var state = await machine.KeepAsync(ApiBench.Soon);
        Assert.Equal("devices"u8, state.AsSpan(4));
        var memory = new byte[1];
        RandomAccess.Read(bench.Memory, memory, (1 << 20) - 1);
        Assert.Equal(7, memory[0]);
        Assert.Equal("Paused", fake.State);
        Assert.Empty(fake.Violations);
    }

    [Fact]
    public async Task A_kept_machine_is_loaded_into_a_monitor_that_was_told_nothing_else()
    {
        await using var bench = new ApiBench();
        var memory = new byte[1 << 20];
        Array.Fill(memory, (byte)7);
        RandomAccess.Write(bench.Memory, memory, 0);
        await using var fake = new FakeFirecracker(bench.Folder);
        await using var machine = bench.Machine(_api);
        byte[] state = [7, 0, 0, 0, .. "devices"u8];
        KeptState.Lay(_api, JailPlaces.KeptFolder(bench.Folder), state, bench.Memory);
        await machine.BringUpAsync(bench.Start(state, "/host/disk.ext4"), ApiBench.Soon);
        Assert.Equal(["GET /", "PUT /snapshot/load"], fake.Requests.Select(request => string.Join(' ', request.Split(' ').Take(2))));
        Assert.Equal("Running", fake.State);
        Assert.Empty(fake.Violations);
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_monitors_words()
    {
        await using var bench = new ApiBench();
        await using var fake = new FakeFirecracker(bench.Folder) { Refused = "/vsock" };
        await using var machine = bench.Machine(_api);
        var failure = await Assert.ThrowsAsync<CaissonException>(() => machine.BringUpAsync(bench.Start(state: null), ApiBench.Soon));
        Assert.Equal(ErrorCode.Internal, failure.Code);
        Assert.Equal("the machine's monitor refused PUT /vsock (400): it will not", failure.Message);
    }

    [Fact]
    public async Task Memory_of_another_size_is_refused()
    {
        await using var bench = new ApiBench();
        await using var fake = new FakeFirecracker(bench.Folder) { Memory = 4096 };
        await using var machine = bench.Machine(_api);
        await machine.BringUpAsync(bench.Start(state: null), ApiBench.Soon);
        await machine.StopAsync(ApiBench.Soon);
        Assert.Equal(ErrorCode.Internal, (await Assert.ThrowsAsync<CaissonException>(() => machine.KeepAsync(ApiBench.Soon))).Code);
    }
}
