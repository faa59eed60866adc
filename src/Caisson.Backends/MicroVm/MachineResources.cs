using System.Text.Json;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Cgroups;
using Caisson.Linux.Interop;
using Caisson.Linux.Namespaces;
using Caisson.Linux.Processes;
using Caisson.Network.Egress;
using Caisson.Protocol.Lines;
using Caisson.Walls.Doors;
using Caisson.Walls.Ids;
using Caisson.Walls.Sandboxes;

namespace Caisson.Backends.MicroVm;

/// <summary>Everything one sandbox has on the host, and how it is given back.</summary>
internal sealed class MachineResources(SandboxId id, string directory, string? disk, IdRange ids) : IAsyncDisposable
{
    private const string DiskImage = "disk.ext4";
    private static readonly TimeSpan _endTimeout = TimeSpan.FromSeconds(5);
    private uint _owner;

    public SandboxId Id => id;

    public string StateDirectory => directory;

    /// <summary>What the sandbox writes to: a file that outlives it where that was said, else one that goes with it.</summary>
    public string Disk { get; } = disk is null ? Path.Combine(directory, DiskImage) : Path.GetFullPath(disk);

    public SandboxCgroup? Cgroup { get; set; }

    public NetworkNamespace? Network { get; set; }

    public EgressSession? Egress { get; set; }

    public IMachine? Machine { get; set; }

    public Line? Line { get; set; }

    /// <summary>What a host begins its line with.</summary>
    public byte[] Token { get; set; } = [];

    /// <summary>What its memory goes with, as kept machines are named, where that is known.</summary>
    public string? Key { get; set; }

    /// <summary>The host id that its monitor runs as.</summary>
    public uint Owner => _owner;

    public void TakeIds() => _owner = ids.Take();

    public void ClaimIds(uint first)
    {
        _owner = first;
        ids.Claim(first);
    }

    /// <summary>The gateway's sockets in the sandbox's namespace.</summary>
    public EgressDoor Door() => new(Network!.Transparent, Network.Transparent6, Network.Dns, Network.Listeners[2], Network.Listeners[0], Network.Listeners[1]);

    public static NetworkNamespaceRequest NetworkRequest { get; } = new(WallPorts.Transparent, WallPorts.Listened, NewUser: false);

    /// <summary>Writes down what another server finds it by.</summary>
    public void Write()
    {
        var pid = Machine!.Pid;
        var record = new MachineRecord(pid, ProcessStatus.StartTime(pid) ?? 0, _owner, Token, Key);
        var path = Path.Combine(directory, MachineRecord.FileName);
        File.WriteAllText($"{path}.new", JsonSerializer.Serialize(record, MachineRecordJson.Default.MachineRecord));
        File.Move($"{path}.new", path, overwrite: true);
    }

    /// <summary>Lets go of what is only ours; the machine runs on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Line is not null)
            await Line.DisposeAsync().ConfigureAwait(false);
        if (Egress is not null)
            await Egress.DisposeAsync().ConfigureAwait(false);
        Network?.Dispose();
        if (Machine is not null)
            await Machine.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the machine alone, so that another can take its place.</summary>
    public async Task EndMachineAsync()
    {
        if (Machine is not { } machine)
            return;
        _ = Libc.Kill(machine.Pid, Flags.SIGKILL);
        await ProcessEnd.WaitAsync(machine.Pid, _endTimeout).ConfigureAwait(false);
        _ = ChildProcess.TryReap(machine.Pid, out _);
        if (Line is not null)
            await Line.DisposeAsync().ConfigureAwait(false);
        await machine.DisposeAsync().ConfigureAwait(false);
        (Machine, Line) = (null, null);
        foreach (var socket in Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "*.sock") : [])
            File.Delete(socket);
    }

    /// <summary>Ends the machine and removes everything; safe to repeat.</summary>
    public async Task RemoveAsync()
    {
        await EndMachineAsync().ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
        if (Cgroup is not null)
        {
            await Cgroup.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
            Cgroup.FindFreezer()?.Remove();
        }

        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        if (_owner != 0)
            ids.Give(_owner);
        _owner = 0;
    }
}
