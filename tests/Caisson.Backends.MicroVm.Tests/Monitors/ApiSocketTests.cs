using Caisson.Backends.MicroVm.Monitors.Firecracker;
using Caisson.Core.Failures;

namespace Caisson.Backends.MicroVm.Tests.Monitors;

/// <summary>Monitors that do not answer as they should.</summary>
public sealed class ApiSocketTests
{
    private static readonly FirecrackerApi _api = new();

    [Fact]
    public async Task A_monitor_that_is_gone_is_unavailable()
    {
        await using var bench = new ApiBench();
        await using var machine = bench.Machine(_api);
        await using (var fake = new FakeFirecracker(bench.Folder))
            await machine.BringUpAsync(bench.Start(state: null), ApiBench.Soon);
        var failure = await Assert.ThrowsAsync<CaissonException>(() => machine.StopAsync(ApiBench.Soon));
        Assert.Equal((ErrorCode.Unavailable, "the machine's monitor is gone"), (failure.Code, failure.Message));
    }

    [Fact]
    public async Task A_monitor_that_does_not_answer_is_given_up()
    {
        await using var bench = new ApiBench();
        await using var fake = new FakeFirecracker(bench.Folder) { Ignored = "/boot-source" };
        await using var machine = bench.Machine(_api, patience: 1);
        var failure = await Assert.ThrowsAsync<CaissonException>(() => machine.BringUpAsync(bench.Start(state: null), ApiBench.Soon));
        Assert.Equal((ErrorCode.Unavailable, "the machine's monitor did not answer PUT /boot-source within 1 s"), (failure.Code, failure.Message));
    }

    [Fact]
    public async Task One_that_never_listens_is_given_up_too()
    {
        await using var bench = new ApiBench();
        await using var machine = bench.Machine(_api, patience: 0.2);
        Assert.Equal(ErrorCode.Unavailable, (await Assert.ThrowsAsync<CaissonException>(() => machine.BringUpAsync(bench.Start(state: null), ApiBench.Soon))).Code);
    }

    [Fact]
    public async Task A_link_in_the_sockets_place_is_not_followed()
    {
        await using var bench = new ApiBench();
        await using var fake = new FakeFirecracker(bench.Folder);
        File.Move(Path.Combine(bench.Folder, FakeApi.Socket), Path.Combine(bench.Folder, "elsewhere.sock"));
        File.CreateSymbolicLink(Path.Combine(bench.Folder, FakeApi.Socket), Path.Combine(bench.Folder, "elsewhere.sock"));
        await using var machine = bench.Machine(_api);
        Assert.Equal(ErrorCode.Unavailable, (await Assert.ThrowsAsync<CaissonException>(() => machine.StopAsync(ApiBench.Soon))).Code);
        Assert.Empty(fake.Requests);
    }
}
