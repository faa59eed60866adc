using Caisson.Backends.MicroVm.Checkpoints;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Backends.MicroVm.Snapshots;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Walls.Disks;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm;

public sealed partial class MicroVmBackend
{
    /// <inheritdoc/>
    public async Task<CapturedMemory> CopyMemoryAsync(string checkpoint, string memory, int processes, CancellationToken cancellation)
    {
        var (bytes, digest) = await CheckpointFiles.CopyAsync(checkpoint, memory, cancellation).ConfigureAwait(false);
        return new CapturedMemory(digest, bytes, processes);
    }

    // One attempt: a machine that has gone on has written to its disk, and its memory on disk is of no use any more.
    private async Task<MicroVmSandbox> PutBackAsync(StartRequest request, MachineResources resources, MachineShape shape, IMachineMonitor monitor, CancellationToken cancellation)
    {
        var writable = Writable(monitor);
        if (!File.Exists(resources.Disk))
            throw new CaissonException(ErrorCode.Internal, "the disk that the machine's memory goes with is gone");
        var folder = request.Checkpoint!;
        var record = await CheckpointFiles.RequireAsync(folder, resources.Key!, cancellation).ConfigureAwait(false);
        Furnish(request, resources, shape);
        using var memory = SealedMemory.Create((long)shape.MemoryMegabytes << 20);
        await using (var file = CheckpointFiles.Open(folder))
            resources.Machine = await writable.PutBackAsync(StartOf(request, resources, shape, memory, state: null), file, cancellation).ConfigureAwait(false);
        resources.Token = record.Token;
        // From here on a server that finds the machine has it go on; one that finds none must not start it a second time.
        if (request.Detached)
            resources.Write();
        CheckpointFiles.Spend(folder);
        return await MicroVmSandbox.FindAsync(resources, request.Spec.Egress, request.Detached, _host.Gateway, _time, cancellation).ConfigureAwait(false);
    }

    private async Task<MicroVmSandbox> GoOnAsCopyAsync(StartRequest request, SandboxCopy copy, MachineResources resources, MachineShape shape, IMachineMonitor monitor, CancellationToken cancellation)
    {
        using var copied = await _copies.TakeAsync(copy.Memory, shape, resources.Key!, Writable(monitor), cancellation).ConfigureAwait(false);
        DiskImage.Copy(copy.Disk, resources.Disk);
        Furnish(request, resources, shape);
        resources.Machine = await monitor.StartAsync(StartOf(request, resources, shape, copied.Machine.Memory, copied.Machine.State), cancellation).ConfigureAwait(false);
        var sandbox = await MicroVmSandbox.RenewAsync(request, resources, copied.Token, _host.Gateway, _time, cancellation).ConfigureAwait(false);
        await sandbox.PrepareEgressAsync(request.Spec.Egress, cancellation).ConfigureAwait(false);
        return sandbox;
    }

    private IWritableMonitor Writable(IMachineMonitor monitor) =>
        monitor as IWritableMonitor ?? throw new CaissonException(ErrorCode.Unsupported, $"the {Name} wall cannot put a machine's memory back");

    private static MachineStart StartOf(StartRequest request, MachineResources resources, MachineShape shape, SafeFileHandle memory, byte[]? state) => new(
        request.Id.Value, request.StateDirectory, shape, MachineBooter.Disks(shape, resources.Disk, request.Root.Captured), memory, state, resources.Owner, resources.Network!.Handle, resources.Cgroup);
}
