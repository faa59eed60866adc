using Caisson.Backends.MicroVm.Images;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Core.Failures;
using Caisson.Protocol.Messages;
using Caisson.Walls.Ids;

namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>Starts a machine from nothing, has it prepare itself for a template, and keeps it.</summary>
/// <remarks>A translated machine now and then hangs before its first word; it is then ended and another is started.</remarks>
internal sealed class MachineBooter(IMachineMonitor monitor, MicroVmOptions options, IdRange ids)
{
    public async Task<KeptMachine> BootAsync(MachineShape shape, MachineTemplate template)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(shape, template).ConfigureAwait(false);
            }
            catch (Exception e) when (attempt < options.BootAttempts && e is OperationCanceledException or CaissonException { Code: ErrorCode.Unavailable })
            {
                // It hung, or died on the way.
            }
            catch (OperationCanceledException e)
            {
                throw new CaissonException(ErrorCode.Unavailable, $"no machine came up in {attempt} attempts", "run 'caisson doctor'", inner: e);
            }
        }
    }

    /// <summary>The disks of every machine of a template; what differs from sandbox to sandbox is of zeros here.</summary>
    public static List<MachineDisk> Disks(MachineShape shape, string? disk, IReadOnlyList<string> captured) =>
    [
        .. shape.Layers.Select((path, i) => new MachineDisk(MachineTemplate.Layer(i), path, ReadOnly: true)),
        new MachineDisk(MachineTemplate.Disk, disk, ReadOnly: false),
        .. Enumerable.Range(0, MachineTemplate.MaxCaptured).Select(i => new MachineDisk(MachineTemplate.Captured(i), i < captured.Count ? captured[i] : null, ReadOnly: true)),
    ];

    private async Task<KeptMachine> TryAsync(MachineShape shape, MachineTemplate template)
    {
        using var place = new PassingPlace(options, ids);
        var disks = Disks(shape, null, []);
        var request = new PrepareMachine();
        request.Trees.Add(template.Trees);
        if (monitor.OrderedDisks)
            request.Disks.Add(disks.Select(disk => disk.Serial));
        return await KeptMachine.MakeAsync(shape, memory => PassingMachine.KeepAsync(
            monitor,
            place,
            new MachineStart("template", place.Folder, shape, disks, memory, State: null, place.Owner, Network: null, Cgroup: null),
            options.BootTimeout,
            (guest, cancellation) => guest.PrepareMachineAsync(request, cancellation))).ConfigureAwait(false);
    }
}
