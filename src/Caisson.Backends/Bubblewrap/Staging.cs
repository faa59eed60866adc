using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Files;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.Bubblewrap;

/// <summary>Composes what a sandbox will see, in a mount namespace that only the starting process has: nothing of it ever shows on the host.</summary>
/// <remarks>
/// As root, every source is a clone of the host's mount with its owners mapped into the sandbox's range, so that root inside is nobody outside
/// and yet files keep their plain owners on disk. Disk and overlay live as long as the sandbox's own mount namespace does.
/// </remarks>
internal static unsafe class Staging
{
    private const long ReadOnly = 0x1;
    private const long NoSuidNoDev = 0x2 | 0x4;
    private const long MapIds = 0x00100000;
    private const int CurrentDirectory = -100;
    private const string RootStage = "/run/caisson";
    private static readonly string[] _stages = ["/mnt", "/media", "/srv", "/opt"];

    /// <summary>Adds the steps and says where bwrap will find things.</summary>
    /// <param name="script">What the starting process will do.</param>
    /// <param name="request">The sandbox.</param>
    /// <param name="ids">The user namespace into which owners are mapped, or null for an ordinary user, who cannot map any.</param>
    /// <param name="firstId">First id of its range.</param>
    /// <param name="disk">The disk for what the sandbox writes over its layers, or null.</param>
    /// <param name="captured">Disks of sandboxes before it that it stands on, lowest first.</param>
    public static WallSources Add(ForkScript script, StartRequest request, SafeFileHandle? ids, uint firstId, LoopDevice? disk, IReadOnlyList<LoopDevice> captured)
    {
        // The stage is mounted over any directory there is, in a mount namespace that nobody else sees.
        var stage = ids is null ? Array.Find(_stages, System.IO.Directory.Exists) : System.IO.Directory.CreateDirectory(RootStage).FullName;
        if (stage is null)
            return new WallSources(null, new Dictionary<Mount, string>(), Protects: false);
        script.Add("unshare mount namespace", Sys.Unshare, Flags.CLONE_NEWNS);
        Mount(script, null, "/", null, Flags.MS_REC | Flags.MS_PRIVATE, null);

        // Sources are opened before anything is covered.
        var opened = new List<(Mount Mount, int Step, bool IsDirectory)>();
        foreach (var mount in request.Spec.Mounts)
            opened.Add((mount, OpenMapped(script, mount.Source, ids), System.IO.Directory.Exists(mount.Source)));
        var layers = request.Root.Trees.Select(tree => tree.Layers.Select(layer => OpenMapped(script, layer, ids)).ToList()).ToList();

        Mount(script, "stage", stage, "tmpfs", 0, "mode=711,size=4m");
        var staged = new Dictionary<Mount, string>();
        foreach (var (mount, step, isDirectory) in opened)
        {
            var target = $"{stage}/m{staged.Count}";
            MakeTarget(script, target, isDirectory);
            Attach(script, step, target);
            Protect(script, mount, target);
            staged[mount] = target;
        }

        if (!request.Root.Writable || disk is null)
            return new WallSources(null, staged, Protects: true);
        var upper = $"{stage}/disk";
        MakeTarget(script, upper, isDirectory: true);
        Mount(script, disk.Path, upper, "ext4", Flags.MS_NOSUID | Flags.MS_NODEV, "");
        Attach(script, OpenMapped(script, upper, ids), upper);
        var below = captured.Select((layer, i) => AddCaptured(script, layer, $"{stage}/c{i}", ids)).ToList();
        BecomeMapped(script, firstId);
        var root = AddOverlays(script, request.Root, layers, stage, upper, below);
        return new WallSources(root, staged, Protects: true);
    }

    private static string AddCaptured(ForkScript script, LoopDevice layer, string target, SafeFileHandle? ids)
    {
        MakeTarget(script, target, isDirectory: true);
        Mount(script, layer.Path, target, "ext4", Flags.MS_NOSUID | Flags.MS_NODEV | (nuint)ReadOnly, "");
        Attach(script, OpenMapped(script, target, ids), target);
        return target;
    }

    // The overlay works on its upper layer as whoever mounts it, and there only ids of the range have names; the capabilities that go with
    // the change of file system user are taken back.
    private static void BecomeMapped(ForkScript script, uint firstId)
    {
        const int SetFsUid = 122;
        const int SetFsGid = 123;
        script.Add("setfsgid", SetFsGid, (nint)firstId);
        script.Add("setfsuid", SetFsUid, (nint)firstId);
        script.AddCapabilities(ProcessCapabilities.Permitted());
    }

    private static string AddOverlays(ForkScript script, RootFileSystem root, List<List<int>> layers, string stage, string upper, List<string> captured)
    {
        var top = $"{stage}/root";
        MakeTarget(script, top, isDirectory: true);
        for (var i = 0; i < root.Trees.Count; i++)
        {
            var lowers = new List<string>();
            foreach (var layer in layers[i])
            {
                var target = $"{stage}/l{i}.{lowers.Count}";
                MakeTarget(script, target, isDirectory: true);
                Attach(script, layer, target);
                lowers.Add(target);
            }

            lowers.AddRange(captured.Select(layer => $"{layer}/upper{i}"));
            lowers.Reverse();
            var options = $"lowerdir={string.Join(':', lowers)},upperdir={upper}/upper{i},workdir={upper}/work{i},xino=off,volatile";
            Mount(script, "overlay", top + root.Trees[i].Target.TrimEnd('/'), "overlay", Flags.MS_NOSUID | Flags.MS_NODEV, options);
        }

        return top;
    }

    // Here, and not by bwrap: it reads the table of all mounts for each one it makes.
    private static void Protect(ForkScript script, Mount mount, string target)
    {
        // A directory above a mount point could be renamed away, and another put in its place, were it not one itself.
        foreach (var above in mount.ProtectedParents())
            Attach(script, Open(script, $"{target}/{above}", NoSuidNoDev, null), $"{target}/{above}");
        foreach (var path in mount.Protected)
            Attach(script, Open(script, $"{target}/{path.RelativePath}", NoSuidNoDev | ReadOnly, null), $"{target}/{path.RelativePath}");
    }

    private static int OpenMapped(ForkScript script, string path, SafeFileHandle? ids) =>
        Open(script, path, ids is null ? NoSuidNoDev : NoSuidNoDev | MapIds, ids);

    /// <summary>Opens a detached clone of a mount with these attributes; returns the step that holds its descriptor.</summary>
    private static int Open(ForkScript script, string path, long set, SafeFileHandle? ids)
    {
        const int CloneCloseOnExec = 1 | 0x80000;
        const int Recursive = 0x8000;
        const int EmptyPath = 0x1000;
        var tree = script.Add($"open_tree {path}", Sys.OpenTree, CurrentDirectory, (nint)script.Memory.Copy(path), CloneCloseOnExec | Recursive);
        // struct mount_attr: attr_set, attr_clr, propagation, userns_fd
        var attributes = (long*)script.Memory.Allocate(32);
        (attributes[0], attributes[3]) = (set, ids?.DangerousGetHandle() ?? 0);
        script.Add($"mount attributes of {path}", Sys.MountSetAttr, ForkScript.Result(tree), (nint)script.Memory.Copy("\0"u8), EmptyPath | Recursive, (nint)attributes, 32);
        return tree;
    }

    private static void Attach(ForkScript script, int tree, string target)
    {
        const int EmptySource = 4;
        script.Add($"move_mount {target}", Sys.MoveMount, ForkScript.Result(tree), (nint)script.Memory.Copy("\0"u8), CurrentDirectory, (nint)script.Memory.Copy(target), EmptySource);
    }

    private static void MakeTarget(ForkScript script, string path, bool isDirectory)
    {
        const int MakeDirectory = 83;
        const int CreateFile = 0x40 | 0x80000;
        if (isDirectory)
            script.Add($"mkdir {path}", MakeDirectory, (nint)script.Memory.Copy(path), 0x1ED);
        else
            script.Add($"create {path}", Sys.Open, (nint)script.Memory.Copy(path), CreateFile, 0x1A4);
    }

    private static void Mount(ForkScript script, string? source, string target, string? type, nuint flags, string? data)
    {
        const int MountNumber = 165;
        script.Add($"mount {target}", MountNumber, Text(script, source), Text(script, target), Text(script, type), (nint)flags, Text(script, data));
    }

    private static nint Text(ForkScript script, string? text) => text is null ? 0 : (nint)script.Memory.Copy(text);
}
