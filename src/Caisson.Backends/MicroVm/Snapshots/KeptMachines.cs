using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Caisson.Backends.MicroVm.Images;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Core.Sandboxes;
using Caisson.Walls.Disks;
using Caisson.Walls.Ids;

namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>Kept machines for each template and shape that is asked for, without a disk and in the root of a new sandbox: from this process, from disk, or made now.</summary>
internal sealed class KeptMachines(IMachineMonitor monitor, MicroVmOptions options, IdRange ids, BlankDisk disks)
{
    private const int MaxHeld = 12;
    // A host that starts several machines from nothing at once starts each later.
    private static readonly SemaphoreSlim _boots = new(1, 1);
    private readonly KeptFiles _files = new(options.Cache);
    private readonly MachineBooter _booter = new(monitor, options, ids);
    private readonly MachineFurnisher _furnisher = new(monitor, options, ids, disks);
    private readonly ConcurrentDictionary<string, Lazy<Task<KeptMachine?>>> _machines = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>The machine of a template, which has taken no disk yet.</summary>
    public async Task<KeptMachine> GetAsync(MachineShape shape, MachineTemplate template, CancellationToken cancellation)
    {
        var key = KeyOf(shape, template);
        return (await TakeAsync(key, shape, async () =>
        {
            var machine = await _booter.BootAsync(shape, template).ConfigureAwait(false);
            return _files.Save(key, machine);
        }, cancellation).ConfigureAwait(false))!;
    }

    /// <summary>The same in the root of a new sandbox with these bounds, on a blank disk; the one without a disk where such a one cannot be kept.</summary>
    public async Task<KeptMachine> GetAsync(MachineShape shape, MachineTemplate template, Resources resources, CancellationToken cancellation)
    {
        var machine = await GetAsync(shape, template, cancellation).ConfigureAwait(false);
        if (!monitor.KeepsDisks)
            return machine;
        var key = string.Create(CultureInfo.InvariantCulture, $"{KeyOf(shape, template)}-{resources.DiskBytes}-{resources.Pids}-{resources.Cpus}");
        Task<KeptMachine?> TakeAsync() => this.TakeAsync(key, shape, () => _furnisher.FurnishAsync(machine, template, resources, made => _files.Save(key, made)), cancellation);
        var furnished = await TakeAsync().ConfigureAwait(false);
        // Its disk lies in a file, which may have gone for want of use.
        if (furnished is not null && !_files.Touch(key))
        {
            await ForgetAsync(key, furnished).ConfigureAwait(false);
            furnished = await TakeAsync().ConfigureAwait(false);
        }

        return furnished ?? machine;
    }

    private async Task ForgetAsync(string key, KeptMachine gone)
    {
        // Whoever found out first has had another made meanwhile.
        if (_machines.TryGetValue(key, out var held) && held is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } made } && await made.ConfigureAwait(false) == gone)
            _machines.TryRemove(new KeyValuePair<string, Lazy<Task<KeptMachine?>>>(key, held));
    }

    private async Task<KeptMachine?> TakeAsync(string key, MachineShape shape, Func<Task<KeptMachine?>> make, CancellationToken cancellation)
    {
        var making = _machines.GetOrAdd(key, name => new Lazy<Task<KeptMachine?>>(() => Task.Run(() => MakeAsync(name, shape, make)))).Value;
        try
        {
            return await making.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _machines.TryRemove(key, out _);
            throw;
        }
    }

    private async Task<KeptMachine?> MakeAsync(string key, MachineShape shape, Func<Task<KeptMachine?>> make)
    {
        await _boots.WaitAsync().ConfigureAwait(false);
        try
        {
            var machine = _files.Load(key, shape) ?? await make().ConfigureAwait(false);
            _order.Enqueue(key);
            // Its clones have it mapped as long as they live; what is let go of here is only our hold.
            if (_order.Count > MaxHeld && _order.TryDequeue(out var oldest))
                _machines.TryRemove(oldest, out _);
            return machine;
        }
        finally
        {
            _boots.Release();
        }
    }

    /// <summary>The name of one: memory goes with what it stands for, and with nothing else.</summary>
    public string KeyOf(MachineShape shape, MachineTemplate template)
    {
        var text = new StringBuilder($"{monitor.Name}\n{monitor.Version}\n{shape.MemoryMegabytes}\n{shape.Cpus}\n{MachineTemplate.MaxCaptured}\n");
        foreach (var layer in template.Layers)
            text.Append(layer.Digest).Append('\n');
        foreach (var tree in template.Trees)
            text.Append(tree.Target).Append('=').AppendJoin(',', tree.Layers).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..32];
    }
}
