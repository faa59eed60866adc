using Caisson.Core.Sandboxes;
using Caisson.Linux.Cgroups;
using Caisson.Linux.Files;
using Caisson.Linux.Interop;
using Caisson.Linux.Namespaces;
using Caisson.Linux.Processes;
using Caisson.Network.Egress;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.Bubblewrap;

/// <summary>Everything one sandbox has on the host, and how it is given back.</summary>
internal sealed class WallResources(SandboxId id, string? stateDirectory, SandboxCgroup? cgroup, IdRange ids)
{
    private static readonly TimeSpan _reapTimeout = TimeSpan.FromSeconds(5);
    private uint _firstId;

    /// <summary>The image of what the sandbox writes, in its state directory.</summary>
    public const string DiskImage = "disk.ext4";

    public string? StateDirectory => stateDirectory;

    public SandboxCgroup? Cgroup { get; set; } = cgroup;

    public NetworkNamespace? Network { get; set; }

    public EgressSession? Egress { get; set; }

    public LoopDevice? Disk { get; set; }

    /// <summary>Devices of the layers it stands on, held until it has mounted them.</summary>
    public IReadOnlyList<LoopDevice> Captured { get; set; } = [];

    public SafeFileHandle? UserNamespace { get; private set; }

    public MountPoints MountPoints { get; } = new();

    /// <summary>What it sees of the host's own system.</summary>
    public IReadOnlyList<HostSystemEntry> System { get; set; } = [];

    /// <summary>Host pid of bwrap, or 0.</summary>
    public int Monitor { get; set; }

    /// <summary>Host pid of the guest, or 0.</summary>
    public int Guest { get; set; }

    /// <summary>First host id of the sandbox's range, or 0 where ids are not mapped.</summary>
    public uint FirstId => _firstId;

    public void MakeStateDirectory()
    {
        if (stateDirectory is not null)
            Directory.CreateDirectory(stateDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Takes a range of ids in which the owner of the workspace comes first.</summary>
    public void TakeIds((uint User, uint Group) owner)
    {
        _firstId = ids.Take();
        UserNamespace = Caisson.Linux.Namespaces.UserNamespace.Create(
            IdMap.Range(_firstId, IdRange.Size, owner.User), IdMap.Range(_firstId, IdRange.Size, owner.Group), _firstId);
    }

    /// <summary>Takes note of a range that is in use already.</summary>
    public void ClaimIds(uint first)
    {
        _firstId = first;
        ids.Claim(first);
    }

    /// <summary>Lets go of what is only ours, leaving the sandbox running.</summary>
    public async ValueTask ReleaseAsync()
    {
        if (Egress is not null)
            await Egress.DisposeAsync().ConfigureAwait(false);
        Network?.Dispose();
        UserNamespace?.Dispose();
        Disk?.Dispose();
        foreach (var layer in Captured)
            layer.Dispose();
    }

    /// <summary>Ends every process and removes everything; safe to repeat.</summary>
    public async Task RemoveAsync(CancellationToken cancellation)
    {
        // The guest is process 1 of its namespace: its end is told when the kernel has ended all others.
        if (Guest > 0)
        {
            _ = Libc.Kill(Guest, Flags.SIGKILL);
            await ProcessEnd.WaitAsync(Guest, _reapTimeout).ConfigureAwait(false);
        }

        if (Monitor > 0 && Guest == 0)
            _ = Libc.Kill(Monitor, Flags.SIGKILL);
        // With nobody left inside, what was made for it can go while bwrap takes its mounts down.
        await Task.WhenAll(Task.Run(MountPoints.Dispose, CancellationToken.None), RemoveGroupAsync(cancellation)).ConfigureAwait(false);
        await ReleaseAsync().ConfigureAwait(false);
        if (stateDirectory is not null && Directory.Exists(stateDirectory))
            Directory.Delete(stateDirectory, recursive: true);
        if (_firstId != 0)
            ids.Give(_firstId);
        _firstId = 0;
    }

    private async Task RemoveGroupAsync(CancellationToken cancellation)
    {
        // Bwrap ends when it has seen the guest end.
        if (Monitor > 0)
            await ProcessEnd.WaitAsync(Monitor, _reapTimeout).ConfigureAwait(false);
        if (Monitor > 0)
            _ = Libc.Kill(Monitor, Flags.SIGKILL);
        if (Cgroup is not null)
            await Cgroup.RemoveAsync(cancellation).ConfigureAwait(false);
        await ReapAsync(cancellation).ConfigureAwait(false);
    }

    private async Task ReapAsync(CancellationToken cancellation)
    {
        var deadline = Environment.TickCount64 + (long)_reapTimeout.TotalMilliseconds;
        while (Monitor > 0 && !ChildProcess.TryReap(Monitor, out _) && Environment.TickCount64 < deadline)
            await Task.Delay(1, cancellation).ConfigureAwait(false);
        Monitor = 0;
        Guest = 0;
    }

    /// <inheritdoc/>
    public override string ToString() => id.Value;
}
