using Caisson.Protocol.Messages;

namespace Caisson.Protocol.Host;

public sealed partial class GuestClient
{
    /// <summary>Has a machine mount what every sandbox of its template reads.</summary>
    public Task PrepareMachineAsync(PrepareMachine request, CancellationToken cancellation) => InvokeAsync(new Call { PrepareMachine = request }, cancellation);

    /// <summary>Has a machine put the root of a sandbox together, change into it and bound what is started there.</summary>
    public Task EnterRootAsync(EnterRoot request, CancellationToken cancellation) => InvokeAsync(new Call { EnterRoot = request }, cancellation);

    /// <summary>Makes a machine out of kept memory a sandbox of its own.</summary>
    public Task AdoptMachineAsync(MachineSelf self, CancellationToken cancellation) => InvokeAsync(new Call { AdoptMachine = new AdoptMachine { Self = self } }, cancellation);

    /// <summary>Makes a machine that was copied from a sandbox's, processes and all, a sandbox of its own.</summary>
    public Task RenewMachineAsync(MachineSelf self, CancellationToken cancellation) => InvokeAsync(new Call { RenewMachine = new RenewMachine { Self = self } }, cancellation);

    /// <summary>Sets a machine's wall clock, which stood still while it was stopped.</summary>
    public Task SetClockAsync(DateTimeOffset now, CancellationToken cancellation) =>
        InvokeAsync(new Call { SetClock = new SetClock { UnixNanoseconds = (now - DateTimeOffset.UnixEpoch).Ticks * 100 } }, cancellation);

    /// <summary>Writes out what a machine has not yet written to its disk.</summary>
    /// <param name="last">Whether every program is ended first.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task SyncDiskAsync(bool last, CancellationToken cancellation) => InvokeAsync(new Call { SyncDisk = new SyncDisk { Last = last } }, cancellation);

    /// <summary>Has programs wait with what they write, once all they wrote before is on the machine's disk; <see cref="Lines.DiskHold.Longest"/> later they go on unasked.</summary>
    public Task HoldDiskAsync(CancellationToken cancellation) => InvokeAsync(new Call { HoldDisk = new HoldDisk() }, cancellation);

    /// <summary>Lets them write again.</summary>
    public Task ReleaseDiskAsync(CancellationToken cancellation) => InvokeAsync(new Call { HoldDisk = new HoldDisk { Release = true } }, cancellation);

    /// <summary>What the programs of a machine use, as its own kernel counts it.</summary>
    public async Task<MachineUsage> MachineUseAsync(CancellationToken cancellation) =>
        (await AskAsync(new Call { MachineUse = new MachineUse() }, cancellation).ConfigureAwait(false)).MachineUsage;
}
