using Caisson.Backends.MicroVm.Checkpoints;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Core.Failures;
using Caisson.Walls.Ids;

namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>Copied sandboxes as machines to go on from, so that all that start from one share what none of them has written to.</summary>
internal sealed class CopiedMachines(MicroVmOptions options, IdRange ids, TimeProvider time)
{
    // Forks come at once and sandboxes of a snapshot one after the other; memory that nobody comes for is given back.
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(60);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The machine whose memory lies in a directory: read and judged now, or just before.</summary>
    public async Task<CopiedMachine> TakeAsync(string memory, MachineShape shape, string key, IWritableMonitor monitor, CancellationToken cancellation)
    {
        Entry entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(memory, out entry!) || entry.Reading.IsFaulted)
                _entries[memory] = entry = Begin(memory, shape, key, monitor);
            entry.Users++;
            entry.Idle?.Dispose();
        }

        try
        {
            await entry.Reading.WaitAsync(cancellation).ConfigureAwait(false);
            return new CopiedMachine(entry.Machine!, entry.Token!, () => Release(memory, entry));
        }
        catch
        {
            Release(memory, entry);
            throw;
        }
    }

    private Entry Begin(string memory, MachineShape shape, string key, IWritableMonitor monitor)
    {
        var entry = new Entry();
        entry.Reading = Task.Run(async () => (entry.Machine, entry.Token) = await ReadAsync(memory, shape, key, monitor).ConfigureAwait(false), CancellationToken.None);
        return entry;
    }

    private void Release(string memory, Entry entry)
    {
        lock (_gate)
        {
            entry.Users--;
            if (entry.Users == 0)
                entry.Idle = time.CreateTimer(_ => Forget(memory, entry), null, _idle, Timeout.InfiniteTimeSpan);
        }
    }

    // The machines that were started from it have it mapped as long as they live.
    private void Forget(string memory, Entry entry)
    {
        lock (_gate)
        {
            if (entry.Users > 0)
                return;
            if (_entries.GetValueOrDefault(memory) == entry)
                _entries.Remove(memory);
            entry.Idle?.Dispose();
        }

        entry.Machine?.Memory.Dispose();
    }

    // A monitor takes the copy up into a file that others can have, and is asked for its devices' state again; the machine stands still.
    private async Task<(KeptMachine Machine, byte[] Token)> ReadAsync(string memory, MachineShape shape, string key, IWritableMonitor monitor)
    {
        using var limit = new CancellationTokenSource(options.StartTimeout, time);
        var record = await CheckpointFiles.RequireAsync(memory, key, limit.Token).ConfigureAwait(false);
        using var place = new PassingPlace(options, ids);
        try
        {
            var machine = await KeptMachine.MakeAsync(shape, pages => StateOfAsync(
                place,
                new MachineStart("copy", place.Folder, shape, MachineBooter.Disks(shape, null, []), pages, State: null, place.Owner, Network: null, Cgroup: null), memory, monitor, limit.Token)).ConfigureAwait(false);
            return (machine, record.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new CaissonException(ErrorCode.Unavailable, $"the copied memory was not read within {options.StartTimeout.TotalSeconds:0} s", "See whether the host is overloaded.", inner: e);
        }
    }

    private static async Task<byte[]> StateOfAsync(PassingPlace place, MachineStart start, string memory, IWritableMonitor monitor, CancellationToken cancellation)
    {
        await using var file = CheckpointFiles.Open(memory);
        var machine = await monitor.PutBackAsync(start, file, cancellation).ConfigureAwait(false);
        try
        {
            place.Note(machine);
            return await machine.KeepAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            await machine.EndAsync().ConfigureAwait(false);
        }
    }

    private sealed class Entry
    {
        public Task Reading { get; set; } = null!;

        public KeptMachine? Machine { get; set; }

        public byte[]? Token { get; set; }

        public int Users { get; set; }

        public ITimer? Idle { get; set; }
    }
}
