using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Files;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;
using Caisson.Walls.Sandboxes;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Walls.Staging;

/// <summary>Composes what a sandbox will see, in a mount namespace that only the starting process has: nothing of it ever shows on the host.</summary>
/// <remarks>
/// As root, every source is a clone of the host's mount with its owners mapped into the sandbox's range, so that root inside is nobody outside
/// and yet files keep their plain owners on disk. Disk and overlay live as long as the sandbox's own mount namespace does. All is composed here and
/// not by a wall such as bwrap, which reads the table of all mounts for each one it makes.
/// </remarks>
internal sealed class RootStaging
{
    private const string RootStage = "/run/caisson";
    private const long NoSuidNoDev = StageScript.NoSuid | StageScript.NoDev;
    // The stage covers a directory in a mount namespace that nobody else sees; what lies there is opened before.
    private static readonly string[] _stages = ["/mnt", "/media", "/srv", "/opt", "/tmp"];

    private readonly ForkScript _script;
    private readonly StageScript _stage;
    private readonly StartRequest _request;
    private readonly WallResources _resources;
    private readonly string _place;
    private readonly string _root;

    private RootStaging(ForkScript script, StartRequest request, WallResources resources)
    {
        (_script, _stage, _request, _resources) = (script, new StageScript(script), request, resources);
        _place = WallHost.IsRoot ? Directory.CreateDirectory(RootStage).FullName : Array.Find(_stages, Directory.Exists)!;
        _root = $"{_place}/root";
    }

    private SafeFileHandle? Ids => _resources.UserNamespace;

    private uint Owner => _resources.Owner;

    private bool LeavesMounts => _resources.Launcher.MakesMounts;

    /// <summary>Adds the steps and says where the wall will find the root.</summary>
    /// <param name="script">What the starting process will do.</param>
    /// <param name="request">The sandbox.</param>
    /// <param name="resources">What it has on the host; without a user namespace its owners are not mapped.</param>
    /// <param name="authority">The gateway's certificate authority to trust, or null.</param>
    /// <param name="mounts">Mounts of the server's that no sandbox is to hold by chance.</param>
    /// <param name="opened">Takes what must live until the steps were made.</param>
    public static StagedRoot Add(ForkScript script, StartRequest request, WallResources resources, string? authority, IReadOnlyList<string> mounts, List<SafeFileHandle> opened) =>
        new RootStaging(script, request, resources).Compose(authority, mounts, opened);

    private StagedRoot Compose(string? authority, IReadOnlyList<string> serverMounts, List<SafeFileHandle> opened)
    {
        _script.Add("unshare mount namespace", Sys.Unshare, Flags.CLONE_NEWNS);
        _stage.Mount(null, "/", null, Flags.MS_REC | Flags.MS_PRIVATE, null);

        // Sources are opened before anything is covered.
        var mounts = _request.Spec.Mounts.Select(mount => (Mount: mount, Clone: _stage.Clone(mount.Source, mount.ReadOnly ? NoSuidNoDev | StageScript.ReadOnly : NoSuidNoDev, Ids), IsDirectory: Directory.Exists(mount.Source))).ToList();
        var layers = _request.Root.Trees.Select(tree => tree.Layers.Select(layer => _stage.Clone(layer, NoSuidNoDev, Ids)).ToList()).ToList();

        // What waits for the guest keeps this namespace as long as the sandbox lives.
        foreach (var place in serverMounts)
            _stage.Detach(place);
        _stage.Mount("stage", _place, "tmpfs", 0, "mode=711,size=4m");
        _stage.MakeDirectories(_place, "/root");
        if (_request.Root.Writable)
            AddOverlays(layers);
        else
            HostSystem.Add(_stage, _root, _resources.System, Content(authority), opened);
        if (!LeavesMounts)
            Devices.Add(_stage, _root);
        var nested = new List<StagedMount>();
        foreach (var (mount, clone, isDirectory) in mounts)
            AddMount(mount, clone, isDirectory, mounts.Select(m => m.Mount), nested);
        if (_resources.Launcher.OwnKernel)
            AddTemporary(nested);
        if (!_request.Root.Writable && !LeavesMounts)
            _stage.MakeReadOnly(_root);
        return new StagedRoot(_root, nested);
    }

    private HostSystemContent Content(string? authority) => new(
        _request.Id.Value,
        _request.Spec.Resources.DiskBytes,
        Owner,
        authority,
        [.. _request.Spec.Mounts.SelectMany(m => m.Protected.Where(p => MountPoints.IsStandIn($"{m.Source}/{p.RelativePath}"))).Select(p => p.RelativePath)]);

    // What lies in another mount may need a place there, which only the sandbox's own user may make: it is left to the wall. So is all where the wall
    // finds its way in a root with links that lead astray.
    private void AddMount(Mount mount, int clone, bool isDirectory, IEnumerable<Mount> all, List<StagedMount> nested)
    {
        if (mount.IsVolume)
        {
            // Callers choose the place, and the layers of the root may be a sandbox's work: a link there would lead to a place of the host.
            _stage.AttachBelow(clone, _root, mount.Target);
            return;
        }

        var isNested = LeavesMounts || all.Any(other => other != mount && (mount.Target == other.Target || mount.Target.StartsWith(other.Target.TrimEnd('/') + "/", StringComparison.Ordinal)));
        var place = isNested ? $"{_place}/m{nested.Count}" : _root + mount.Target;
        if (!isNested && _request.Root.Writable && mount.Protected.Count == 0 && mount.Hidden.Count == 0)
        {
            // Whatever wrote to the layers below may have left links in the way.
            _stage.AttachWithin(_root, mount.Target, clone, isDirectory, Owner);
            return;
        }

        if (LeavesMounts && !_request.Root.Writable)
            AddPlace(mount.Target, isDirectory);
        if (isDirectory && isNested)
            _stage.MakeDirectories(_place, $"/m{nested.Count}");
        else if (isDirectory)
            _stage.MakeDirectories(_root, mount.Target, Owner);
        else
            AddPlaceOfFile(place, isNested ? null : mount.Target);
        _stage.Attach(clone, place);
        if (!mount.ReadOnly)
            Protect(mount, place);
        Hide(mount, place);
        if (isNested)
            nested.Add(new StagedMount(place, mount.Target, mount.ReadOnly));
    }

    // Memory over it would be beside the limits of the disk.
    private void AddTemporary(List<StagedMount> nested)
    {
        var place = $"{_place}/tmp";
        var clone = _stage.CloneWithin(_root, "tmp");
        _stage.MakeDirectories(_place, "/tmp");
        _stage.Attach(clone, place);
        nested.Insert(0, new StagedMount(place, "/tmp", ReadOnly: false));
    }

    // In a root of our own making, in which the wall itself may not make anything.
    private void AddPlace(string target, bool isDirectory)
    {
        if (isDirectory)
            _stage.MakeDirectories(_root, target, Owner);
        else
            AddPlaceOfFile(_root + target, target);
    }

    private void AddPlaceOfFile(string place, string? target)
    {
        if (target is not null && Path.GetDirectoryName(target) is { Length: > 1 } above)
            _stage.MakeDirectories(_root, above, Owner);
        _stage.MakeFile(place);
    }

    private void Protect(Mount mount, string place)
    {
        // A directory above a mount point could be renamed away, and another put in its place, were it not one itself.
        foreach (var above in mount.ProtectedParents())
            _stage.Bind($"{place}/{above}", $"{place}/{above}", NoSuidNoDev);
        foreach (var path in mount.Protected)
            _stage.Bind($"{place}/{path.RelativePath}", $"{place}/{path.RelativePath}", NoSuidNoDev | StageScript.ReadOnly);
    }

    private void Hide(Mount mount, string place)
    {
        foreach (var path in mount.Hidden)
        {
            if (Directory.Exists($"{mount.Source}/{path}"))
                _stage.Mount("hidden", $"{place}/{path}", "tmpfs", Flags.MS_NOSUID | Flags.MS_NODEV | Flags.MS_RDONLY, "mode=755,size=4k");
            else if (File.Exists($"{mount.Source}/{path}"))
                _stage.Bind("/dev/null", $"{place}/{path}", NoSuidNoDev | StageScript.ReadOnly);
        }
    }

    private void AddOverlays(List<List<int>> layers)
    {
        var disk = $"{_place}/disk";
        _stage.MakeDirectories(_place, "/disk");
        _stage.Mount(_resources.Disk!.Path, disk, "ext4", Flags.MS_NOSUID | Flags.MS_NODEV, "");
        if (_resources.HasOldDisk)
            ForgetVolatile(disk, layers.Count);
        _stage.Attach(_stage.Clone(disk, NoSuidNoDev, Ids), disk);
        var captured = _resources.Captured.Select((layer, i) => AddCaptured(layer, $"/c{i}")).ToList();
        BecomeMapped();
        for (var i = 0; i < layers.Count; i++)
        {
            var lowers = new List<string>();
            foreach (var layer in layers[i])
            {
                var name = $"/l{i}.{lowers.Count}";
                _stage.MakeDirectories(_place, name);
                _stage.Attach(layer, _place + name);
                lowers.Add(_place + name);
            }

            lowers.AddRange(captured.Select(layer => $"{layer}/upper{i}"));
            lowers.Reverse();
            var options = $"lowerdir={string.Join(':', lowers)},upperdir={disk}/upper{i},workdir={disk}/work{i},xino=off,volatile";
            _stage.Mount("overlay", _root + _request.Root.Trees[i].Target.TrimEnd('/'), "overlay", Flags.MS_NOSUID | Flags.MS_NODEV, options);
        }
    }

    // An overlay that may lose what it holds marks its disk, and the mark keeps others away. This disk was settled after its last use, so nothing is lost.
    private void ForgetVolatile(string disk, int trees)
    {
        for (var i = 0; i < trees; i++)
        {
            _stage.RemoveFile($"{disk}/work{i}/work/incompat/volatile/dirty");
            _stage.RemoveDirectory($"{disk}/work{i}/work/incompat/volatile");
            _stage.RemoveDirectory($"{disk}/work{i}/work/incompat");
        }
    }

    // The disk of a sandbox before it, which it stands on.
    private string AddCaptured(LoopDevice layer, string name)
    {
        var place = _place + name;
        _stage.MakeDirectories(_place, name);
        _stage.Mount(layer.Path, place, "ext4", Flags.MS_NOSUID | Flags.MS_NODEV | Flags.MS_RDONLY, "");
        _stage.Attach(_stage.Clone(place, NoSuidNoDev, Ids), place);
        return place;
    }

    // The overlay works on its upper layer as whoever mounts it, and there only ids of the range have names; the capabilities that go with
    // the change of file system user are taken back.
    private void BecomeMapped()
    {
        if (_resources.FirstId == 0)
            return;
        const int SetFsUid = 122;
        const int SetFsGid = 123;
        _script.Add("setfsgid", SetFsGid, (nint)Owner);
        _script.Add("setfsuid", SetFsUid, (nint)Owner);
        _script.AddCapabilities(ProcessCapabilities.Permitted());
    }
}
