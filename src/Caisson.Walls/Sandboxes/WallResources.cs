using Caisson.Core.Sandboxes;
using Caisson.Linux.Cgroups;
using Caisson.Linux.Files;
using Caisson.Linux.Interop;
using Caisson.Linux.Namespaces;
using Caisson.Linux.Processes;
using Caisson.Network.Egress;
using Caisson.Walls.Ids;
using Caisson.Walls.Launching;
using Caisson.Walls.Staging;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Walls.Sandboxes;

/// <summary>Everything one sandbox has on the host, and how it is given back.</summary>
internal sealed class WallResources(SandboxId id, string? stateDirectory, SandboxCgroup? cgroup, IdRange ids, ILauncher launcher)
{
    private static readonly TimeSpan _reapTimeout = TimeSpan.FromSeconds(5);
    private const uint OnlyUser = 1000;
    private uint _firstId;

    private const string DiskImage = "disk.ext4";

    public SandboxId Id => id;

    public ILauncher Launcher => launcher;

    public string? StateDirectory => stateDirectory;

    /// <summary>Where the disk of what it writes lies.</summary>
    public string Image { get; set; } = Path.GetFullPath(Path.Combine(stateDirectory ?? "", DiskImage));

    /// <summary>Whether that disk was there before it, of a sandbox that was ended without it.</summary>
    public bool HasOldDisk { get; set; }

    public SandboxCgroup? Cgroup { get; set; } = cgroup;

    /// <summary>Its network namespace until that is furnished.</summary>
    public BareNetworkNamespace? Bare { get; set; }

    public NetworkNamespace? Network { get; set; }

    /// <summary>The network namespace that its programs are in, furnished or not.</summary>
    public SafeFileHandle NetworkHandle => Network?.Handle ?? Bare!.Handle;

    /// <summary>The user namespace that owns it, or null when that is the host's.</summary>
    public SafeFileHandle? NetworkUser => Network?.User;

    public EgressSession? Egress { get; set; }

    public LoopDevice? Disk { get; set; }

    /// <summary>Devices of the layers it stands on, held until it has mounted them.</summary>
    public IReadOnlyList<LoopDevice> Captured { get; set; } = [];

    public SafeFileHandle? UserNamespace { get; private set; }

    public MountPoints MountPoints { get; } = new();

    /// <summary>What it sees of the host's own system.</summary>
    public IReadOnlyList<HostSystemEntry> System { get; set; } = [];

    /// <summary>Host pid of the program that started the guest and waits for its end, or 0.</summary>
    public int Monitor { get; set; }

    /// <summary>What a caller must know to use a control door that programs inside could reach too, or null.</summary>
    public byte[]? Password { get; set; }

    /// <summary>Host pid of the guest, or 0.</summary>
    public int Guest { get; set; }

    /// <summary>First host id of the sandbox's range, or 0 where ids are not mapped.</summary>
    public uint FirstId => _firstId;

    public void MakeStateDirectory()
    {
        if (stateDirectory is not null)
            Directory.CreateDirectory(stateDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Whose the workspace is on the host.</summary>
    public (uint User, uint Group) Owners { get; private set; }

    /// <summary>Who owns what is made for the sandbox's user.</summary>
    public uint Owner => _firstId != 0 ? _firstId : UserNamespace is null ? 0 : OnlyUser;

    /// <summary>Maps the owners of files: into a range in which the owner of the workspace comes first, or, where the wall has ids of its own, so that a single user owns it.</summary>
    public void MapIds((uint User, uint Group) owners, bool several)
    {
        Owners = owners;
        if (launcher.Users == UserIds.Range)
        {
            _firstId = ids.Take();
            UserNamespace = Caisson.Linux.Namespaces.UserNamespace.Create(
                IdMap.Range(_firstId, IdRange.Size, owners.User), IdMap.Range(_firstId, IdRange.Size, owners.Group), _firstId);
        }
        else if (!several)
        {
            UserNamespace = Caisson.Linux.Namespaces.UserNamespace.Create(
                IdMap.Swap(IdRange.Size, owners.User, OnlyUser), IdMap.Swap(IdRange.Size, owners.Group, OnlyUser), 0);
        }
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
        if (Network is null)
            Bare?.Dispose();
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
        // With nobody left inside, what was made for it can go while the wall takes its mounts down.
        await Task.WhenAll(Task.Run(MountPoints.Dispose, CancellationToken.None), RemoveGroupAsync(cancellation)).ConfigureAwait(false);
        launcher.Remove(this);
        await ReleaseAsync().ConfigureAwait(false);
        if (stateDirectory is not null && Directory.Exists(stateDirectory))
            Directory.Delete(stateDirectory, recursive: true);
        if (_firstId != 0)
            ids.Give(_firstId);
        _firstId = 0;
    }

    private async Task RemoveGroupAsync(CancellationToken cancellation)
    {
        // It ends when it has seen the guest end.
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
