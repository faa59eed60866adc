using Caisson.Backends.MicroVm.Monitors.Api;
using Caisson.Backends.MicroVm.Monitors.CloudHypervisor;
using Caisson.Core.Failures;

namespace Caisson.Backends.MicroVm.Tests.Monitors;

/// <summary>What Cloud Hypervisor is told, held against its documented interface.</summary>
public sealed class CloudHypervisorTests
{
    private static readonly CloudHypervisorApi _api = new();

    [Fact]
    public async Task A_machine_is_made_with_its_layers_alone_then_stopped_and_kept()
    {
        await using var bench = new ApiBench();
        await using var fake = new FakeCloudHypervisor(bench.Folder);
        await using var machine = bench.Machine(_api);
        await machine.BringUpAsync(bench.Start(state: null), ApiBench.Soon);
        Assert.Equal(["GET /api/v1/vmm.ping", "PUT /api/v1/vm.create", "PUT /api/v1/vm.boot"], fake.Requests.Select(request => string.Join(' ', request.Split(' ').Take(2))));
        Assert.Contains("\"serial\":\"layer0\"", fake.Requests[1], StringComparison.Ordinal);
        Assert.DoesNotContain("/disks/disk", fake.Requests[1], StringComparison.Ordinal);
        await machine.StopAsync(ApiBench.Soon);
        await machine.StopAsync(ApiBench.Soon);
        var state = await machine.KeepAsync(ApiBench.Soon);
        Assert.Equal(4 + "configuration".Length + 4 + "devices".Length, state.Length);
        Assert.Empty(fake.Violations);
    }

    [Fact]
    public async Task A_kept_machine_goes_on_and_is_given_the_disks_of_its_sandbox()
    {
        await using var bench = new ApiBench();
        var memory = new byte[1 << 20];
        Array.Fill(memory, (byte)'m');
        RandomAccess.Write(bench.Memory, memory, 0);
        await using var fake = new FakeCloudHypervisor(bench.Folder);
        await using var machine = bench.Machine(_api);
        byte[] state = [13, 0, 0, 0, .. "configuration"u8, 7, 0, 0, 0, .. "devices"u8];
        KeptState.Lay(_api, JailPlaces.KeptFolder(bench.Folder), state, bench.Memory);
        await machine.BringUpAsync(bench.Start(state, "/host/disk.ext4"), ApiBench.Soon);
        Assert.Equal(
            ["GET /api/v1/vmm.ping", "PUT /api/v1/vm.restore", "PUT /api/v1/vm.resume", "PUT /api/v1/vm.add-disk"],
            fake.Requests.Select(request => string.Join(' ', request.Split(' ').Take(2))));
        Assert.Contains("\"serial\":\"disk\"", fake.Requests[3], StringComparison.Ordinal);
        Assert.Empty(fake.Violations);
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_causes()
    {
        await using var bench = new ApiBench();
        await using var fake = new FakeCloudHypervisor(bench.Folder) { Refused = "/api/v1/vm.boot" };
        await using var machine = bench.Machine(_api);
        var failure = await Assert.ThrowsAsync<CaissonException>(() => machine.BringUpAsync(bench.Start(state: null), ApiBench.Soon));
        Assert.EndsWith("the call failed: it will not", failure.Message, StringComparison.Ordinal);
    }
}
