using Caisson.Backends.MicroVm.Snapshots;
using Caisson.Core.Failures;
using Caisson.Linux.Interop;
using Caisson.Protocol.Lines;
using Caisson.Walls.Ids;

namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>Finds out whether a guest really starts with KVM: a device that opens proves nothing, in a nested machine least of all.</summary>
internal static class KvmProbe
{
    public const string Device = "/dev/kvm";
    private const int Megabytes = 128;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(6);

    /// <summary>Starts a machine, unless that was tried since this host started; it has a few seconds to its guest's first word.</summary>
    public static async Task<bool> RunAsync(IMachineMonitor monitor, string digest, MicroVmOptions options, IdRange ids)
    {
        if (!File.Exists(Device))
            return false;
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id").ConfigureAwait(false)).Trim();
        var known = Path.Combine(options.Cache, $"kvm-{boot}-{digest}");
        if (File.Exists(known))
            return await File.ReadAllTextAsync(known).ConfigureAwait(false) == "yes";
        var starts = await TryAsync(monitor, options, ids).ConfigureAwait(false);
        await File.WriteAllTextAsync(known, starts ? "yes" : "no").ConfigureAwait(false);
        return starts;
    }

    private static async Task<bool> TryAsync(IMachineMonitor monitor, MicroVmOptions options, IdRange ids)
    {
        using var place = new PassingPlace(options, ids);
        using var limit = new CancellationTokenSource(_patience);
        IMachine? machine = null;
        try
        {
            using var memory = SealedMemory.Create((long)Megabytes << 20);
            var shape = new MachineShape(Megabytes, 1, []);
            machine = await monitor.StartAsync(new MachineStart("probe", place.Folder, shape, [], memory, null, place.Owner, null, null), limit.Token).ConfigureAwait(false);
            place.Note(machine);
            await using var line = await Line.OpenAsync(await machine.OpenLineAsync(limit.Token).ConfigureAwait(false), LineGreeting.FirstToken.ToArray(), static (_, _) => Task.CompletedTask, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or CaissonException or LinuxException)
        {
            return false;
        }
        finally
        {
            if (machine is not null)
                await machine.EndAsync().ConfigureAwait(false);
        }
    }
}
