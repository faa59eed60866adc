using Caisson.Backends.MicroVm.Checkpoints;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Backends.MicroVm.Snapshots;
using Caisson.Core.Backends;
using Caisson.Core.Failures;

namespace Caisson.Backends.MicroVm;

public sealed partial class MicroVmBackend
{
    // One attempt: a machine that has gone on has written to its disk, and its memory on disk is of no use any more.
    private async Task<MicroVmSandbox> PutBackAsync(StartRequest request, MachineResources resources, MachineShape shape, IMachineMonitor monitor, CancellationToken cancellation)
    {
        if (monitor is not IWritableMonitor writable || !File.Exists(resources.Disk))
            throw new CaissonException(ErrorCode.Unsupported, $"the {Name} wall cannot put a machine's memory back here");
        var folder = request.Checkpoint!;
        var record = await CheckpointFiles.RequireAsync(folder, resources.Key!, cancellation).ConfigureAwait(false);
        Furnish(request, resources, shape);
        using var memory = SealedMemory.Create((long)shape.MemoryMegabytes << 20);
        var start = new MachineStart(
            request.Id.Value, request.StateDirectory, shape, MachineBooter.Disks(shape, resources.Disk, request.Root.Captured), memory, State: null, resources.Owner,
            resources.Network!.Handle, resources.Cgroup);
        await using (var file = CheckpointFiles.Open(folder))
            resources.Machine = await writable.PutBackAsync(start, file, cancellation).ConfigureAwait(false);
        resources.Token = record.Token;
        // From here on a server that finds the machine has it go on; one that finds none must not start it a second time.
        if (request.Detached)
            resources.Write();
        CheckpointFiles.Spend(folder);
        return await MicroVmSandbox.FindAsync(resources, request.Spec.Egress, request.Detached, _host.Gateway, _time, cancellation).ConfigureAwait(false);
    }
}
