using Caisson.Backends.MicroVm.Images;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using Caisson.Protocol.Host;
using Caisson.Walls.Disks;
using Caisson.Walls.Ids;

namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>Has the machine of a template take a blank disk, change into its root and run its first programs, and keeps it as it is then.</summary>
/// <remarks>What is left to each sandbox is what no two may share: clock, random numbers, names.</remarks>
internal sealed class MachineFurnisher(IMachineMonitor monitor, MicroVmOptions options, IdRange ids, BlankDisk disks)
{
    private static readonly TimeSpan _programLimit = TimeSpan.FromSeconds(10);

    // What most sandboxes run first: its pages lie in memory then.
    private static readonly ExecRequest[] _programs = [Program("true"), Program("/bin/bash", "-l", "-c", "true")];

    /// <summary>Makes one and has it taken over before its place passes.</summary>
    /// <param name="from">The machine of the template.</param>
    /// <param name="template">What it was prepared with.</param>
    /// <param name="resources">What its sandboxes may use.</param>
    /// <param name="keep">Takes over what was made, disk and all; null where that was not possible.</param>
    public async Task<KeptMachine?> FurnishAsync(KeptMachine from, MachineTemplate template, Resources resources, Func<KeptMachine, KeptMachine?> keep)
    {
        using var place = new PassingPlace(options, ids);
        var disk = Path.Combine(place.Folder, MachineTemplate.Disk);
        await disks.CreateAsync(disk, resources.DiskBytes, CancellationToken.None).ConfigureAwait(false);
        var machine = await KeptMachine.MakeAsync(from.Shape, memory =>
        {
            SealedMemory.Copy(from.Memory, memory);
            var start = new MachineStart("furnished", place.Folder, from.Shape, MachineBooter.Disks(from.Shape, disk, []), memory, from.State, place.Owner, Network: null, Cgroup: null) { OwnsMemory = true };
            return PassingMachine.KeepAsync(monitor, place, start, options.StartTimeout, async (guest, cancellation) =>
            {
                await guest.EnterRootAsync(template.Root(resources, captured: 0), cancellation).ConfigureAwait(false);
                await guest.ConfigureAsync(new GuestConfiguration(new Dictionary<string, string>(StringComparer.Ordinal), DefaultUser: "user"), cancellation).ConfigureAwait(false);
                foreach (var program in _programs)
                    await RunAsync(guest, program, cancellation).ConfigureAwait(false);
                await guest.SyncDiskAsync(last: true, cancellation).ConfigureAwait(false);
            });
        }).ConfigureAwait(false);
        if (keep(machine with { Disk = disk }) is { } kept)
            return kept;
        machine.Memory.Dispose();
        return null;
    }

    private static async Task RunAsync(GuestClient guest, ExecRequest program, CancellationToken cancellation)
    {
        try
        {
            await using var execution = await guest.StartAsync(program, cancellation).ConfigureAwait(false);
            await foreach (var _ in execution.ReadAsync(cancellation).ConfigureAwait(false))
            {
                // What it says is nothing to anybody; what matters is that it has ended.
            }
        }
        catch (CaissonException e) when (e.Code is ErrorCode.NotFound or ErrorCode.PermissionDenied or ErrorCode.InvalidArgument)
        {
            // A template without that program, or without that user, is none the worse for it.
        }
    }

    private static ExecRequest Program(string command, params string[] arguments) => new() { Command = command, Arguments = arguments, Timeout = _programLimit, Journaled = false };
}
