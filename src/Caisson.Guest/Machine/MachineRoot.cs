using System.Globalization;
using Caisson.Linux.Interop;
using Caisson.Protocol.Lines;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Machine;

/// <summary>The root that the sandbox's programs see: the template's layers, those of sandboxes before it, and its own disk over them.</summary>
internal sealed unsafe class MachineRoot(MachineDisks disks)
{
    private const string Stage = "/root-stage";
    private const nuint Closed = Flags.MS_NOSUID | Flags.MS_NODEV | Flags.MS_NOEXEC;
    private const long MaxSharedMemoryBytes = 64L << 20;
    private static readonly (string Name, uint Minor)[] _devices = [("null", 3), ("zero", 5), ("full", 7), ("random", 8), ("urandom", 9)];

    // Of the first file system, which no path leads to from inside.
    private int _own = -1;
    private int _disk = -1;
    private bool _showsBootId;
    private int _holds;

    /// <summary>Writes out what was written to the disk; an overlay that is volatile would not.</summary>
    public void Sync() => LinuxException.Check(Libc.Syscall(Sys.SyncFs, _disk), "syncfs");

    /// <summary>Writes out what was written, and has whoever writes more wait for <see cref="Release"/>, or for a while.</summary>
    public void Hold()
    {
        const nuint Freeze = 0xC0045877;
        LinuxException.Check(Libc.Ioctl(_disk, Freeze, null), "FIFREEZE");
        // The loop that would be told to release it may be waiting on it.
        var hold = Interlocked.Increment(ref _holds);
        new Thread(() =>
        {
            Thread.Sleep(DiskHold.Longest);
            if (Volatile.Read(ref _holds) == hold)
                Release();
        })
        { IsBackground = true }.Start();
    }

    /// <summary>Lets them go on; one that is not held is fine.</summary>
    public void Release()
    {
        const nuint Thaw = 0xC0045878;
        _ = Libc.Ioctl(_disk, Thaw, null);
    }

    /// <summary>Has programs see a boot id other than the one that the kernel drew, which it draws once.</summary>
    public void ShowBootId(string id)
    {
        var (own, shown) = ($"/proc/self/fd/{_own}/boot-id", "/proc/sys/kernel/random/boot_id");
        File.WriteAllText(own, id + "\n");
        if (!_showsBootId)
            Show(own, shown, Closed);
        _showsBootId = true;
    }

    /// <summary>Mounts the layers.</summary>
    public void Prepare(PrepareMachine machine)
    {
        disks.Find(machine.Disks);
        var layers = machine.Trees.SelectMany(tree => tree.Layers).ToHashSet(StringComparer.Ordinal);
        disks.Hold(layers);
        foreach (var layer in layers)
            disks.Mount(layer, $"/l/{layer}", "erofs", readOnly: true);
    }

    /// <summary>Puts the sandbox's root together and makes it ours.</summary>
    public void Enter(EnterRoot sandbox)
    {
        _own = (int)LinuxException.Check(Libc.Open("/", Flags.O_RDONLY | Flags.O_DIRECTORY | Flags.O_CLOEXEC, 0), "/");
        disks.Take(sandbox.Disk);
        disks.Mount(sandbox.Disk, "/d", "ext4", readOnly: false);
        _disk = (int)LinuxException.Check(Libc.Open("/d", Flags.O_RDONLY | Flags.O_DIRECTORY | Flags.O_CLOEXEC, 0), "/d");
        foreach (var captured in sandbox.Captured)
        {
            disks.Take(captured);
            disks.Mount(captured, $"/c/{captured}", "ext4", readOnly: true);
        }

        for (var i = 0; i < sandbox.Trees.Count; i++)
        {
            var tree = sandbox.Trees[i];
            var lowers = tree.Layers.Select(layer => $"/l/{layer}").Concat(sandbox.Captured.Select(layer => $"/c/{layer}/upper{i}")).Reverse();
            var target = Stage + tree.Target.TrimEnd('/');
            Directory.CreateDirectory(target);
            Forgive($"/d/work{i}/work/incompat/volatile");
            Mount("overlay", target, Flags.MS_NOSUID | Flags.MS_NODEV, $"lowerdir={string.Join(':', lowers)},upperdir=/d/upper{i},workdir=/d/work{i},xino=off,volatile");
        }

        Directory.CreateDirectory($"{Stage}/proc");
        Mount("proc", $"{Stage}/proc", Flags.MS_NOSUID | Flags.MS_NODEV | Flags.MS_NOEXEC, null);
        CloseSettings($"{Stage}/proc");
        AddDevices($"{Stage}/dev");
        AddSudo($"{Stage}/usr/bin/sudo");
        Change();
        MachineIdentity.Reserve();
    }

    // A sandbox was started on this disk before, and ended after all of it was written out.
    private static void Forgive(string mark)
    {
        if (Directory.Exists(mark))
            Directory.Delete(mark, recursive: true);
    }

    // Root inside owns these files, and what some of them name the kernel runs with every right.
    private static void CloseSettings(string proc)
    {
        foreach (var path in (string[])[$"{proc}/sys", $"{proc}/irq", $"{proc}/bus", $"{proc}/fs", $"{proc}/sysrq-trigger"])
        {
            if (Path.Exists(path))
                Show(path, path, Closed);
        }
    }

    private static void AddDevices(string dev)
    {
        const int MakeNode = 133;
        const uint CharacterDevice = 0x2000;
        const uint Memory = 1;
        Directory.CreateDirectory(dev);
        Mount("tmpfs", dev, Flags.MS_NOSUID, "mode=755,size=64k");
        foreach (var (name, major, minor) in _devices.Select(d => (d.Name, Major: Memory, d.Minor)).Append(("tty", 5u, 0u)))
        {
            fixed (byte* path = System.Text.Encoding.UTF8.GetBytes($"{dev}/{name}\0"))
                LinuxException.Check(Libc.Syscall(MakeNode, (nint)path, (nint)(CharacterDevice | 0x1B6), (nint)((major << 8) | minor)), name);
            File.SetUnixFileMode($"{dev}/{name}", (UnixFileMode)0x1B6);
        }

        Directory.CreateDirectory($"{dev}/pts");
        Mount("devpts", $"{dev}/pts", Flags.MS_NOSUID | Flags.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620");
        Directory.CreateDirectory($"{dev}/shm");
        Mount("tmpfs", $"{dev}/shm", Flags.MS_NOSUID | Flags.MS_NODEV, $"mode=1777,size={SharedMemoryBytes().ToString(CultureInfo.InvariantCulture)}");
        foreach (var (link, target) in ((string, string)[])[("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2")])
            File.CreateSymbolicLink($"{dev}/{link}", target);
        LinuxException.Check(Libc.Mount(null, dev, null, Flags.MS_REMOUNT | Flags.MS_BIND | Flags.MS_RDONLY | Flags.MS_NOSUID, null), "remount /dev");
    }

    // What is put there stays when who put it there was ended for want of memory: a small machine must have enough beside it to go on.
    private static long SharedMemoryBytes()
    {
        var total = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
        return Math.Min(MaxSharedMemoryBytes, (long.Parse(total["MemTotal:".Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture) << 10) / 4);
    }

    private static void AddSudo(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
            File.WriteAllBytes(path, []);
        Show("/init", path, Flags.MS_NOSUID);
    }

    // The first file system of a machine cannot be pivoted away: the new one is moved over it.
    private static void Change()
    {
        const int ChangeRoot = 161;
        fixed (byte* stage = "/root-stage\0"u8, here = ".\0"u8, root = "/\0"u8)
        {
            LinuxException.Check(Libc.Syscall(Sys.Chdir, (nint)stage), "chdir");
            const nuint Move = 8192;
            LinuxException.Check(Libc.Mount(".", "/", null, Move, null), "move root");
            LinuxException.Check(Libc.Syscall(ChangeRoot, (nint)here), "chroot");
            LinuxException.Check(Libc.Syscall(Sys.Chdir, (nint)root), "chdir");
        }
    }

    private static void Show(string source, string target, nuint flags)
    {
        LinuxException.Check(Libc.Mount(source, target, null, Flags.MS_BIND, null), $"mount {target}");
        LinuxException.Check(Libc.Mount(null, target, null, Flags.MS_REMOUNT | Flags.MS_BIND | Flags.MS_RDONLY | flags, null), $"remount {target}");
    }

    private static void Mount(string type, string target, nuint flags, string? data) =>
        LinuxException.Check(Libc.Mount(type, target, type, flags, data), $"mount {target}");
}
