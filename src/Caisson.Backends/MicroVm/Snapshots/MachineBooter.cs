using Caisson.Backends.MicroVm.Images;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Core.Failures;
using Caisson.Protocol.Host;
using Caisson.Protocol.Lines;
using Caisson.Protocol.Messages;
using Caisson.Walls.Ids;

namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>Starts a machine from nothing, has it prepare itself for a template, and keeps it.</summary>
/// <remarks>A translated machine now and then hangs before its first word; it is then ended and another is started.</remarks>
internal sealed class MachineBooter(IMachineMonitor monitor, MicroVmOptions options, IdRange ids)
{
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _keeping = TimeSpan.FromSeconds(60);

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
        return await KeptMachine.MakeAsync(shape, memory => RunAsync(
            new MachineStart("template", place.Folder, shape, Disks(shape, null, []), memory, State: null, place.Owner, Network: null, Cgroup: null), template)).ConfigureAwait(false);
    }

    private async Task<byte[]> RunAsync(MachineStart start, MachineTemplate template)
    {
        using var limit = new CancellationTokenSource(options.BootTimeout);
        var machine = await monitor.StartAsync(start, limit.Token).ConfigureAwait(false);
        try
        {
            await using (var line = await Line.OpenAsync(await machine.OpenLineAsync(limit.Token).ConfigureAwait(false), LineGreeting.FirstToken.ToArray(), static (_, _) => Task.CompletedTask, limit.Token).ConfigureAwait(false))
            await using (var guest = new GuestClient(await line.OpenControlAsync(limit.Token).ConfigureAwait(false)))
            {
                var request = new PrepareMachine();
                request.Trees.Add(template.Trees);
                if (monitor.OrderedDisks)
                    request.Disks.Add(start.Disks.Select(disk => disk.Serial));
                await guest.PrepareMachineAsync(request, limit.Token).ConfigureAwait(false);
                limit.CancelAfter(_keeping);
            }

            // The guest sees that nobody is there any more, and rests.
            await Task.Delay(_quiet, limit.Token).ConfigureAwait(false);
            await machine.StopAsync(limit.Token).ConfigureAwait(false);
            return await machine.KeepAsync(limit.Token).ConfigureAwait(false);
        }
        catch (CaissonException e) when (e.Code == ErrorCode.Unavailable)
        {
            throw new CaissonException(e.Code, $"the machine's monitor ended: {machine.Messages()}", "run 'caisson doctor'", inner: e);
        }
        finally
        {
            await machine.EndAsync().ConfigureAwait(false);
        }
    }
}
