using Caisson.Linux.Interop;
using Caisson.Walls.Staging;

namespace Caisson.Backends.MicroVm.Monitors.Api;

/// <summary>What a monitor that opens its files and sockets itself sees besides its root: each under the same path in every machine, for kept state names them.</summary>
internal static class JailPlaces
{
    public const string Api = "/run/api.sock";
    public const string Line = "/run/line.sock";
    public const string Kept = "/kept";
    private const string Zeros = "zeros";
    private const long ZerosBytes = 1 << 20;

    /// <summary>Folders of the root that these are put over.</summary>
    public static IReadOnlyList<string> Folders { get; } = ["run", "kept", "disks"];

    /// <summary>Where a disk is inside.</summary>
    public static string Disk(MachineDisk disk) => $"/disks/{disk.Serial}";

    /// <summary>Where what lies under a path inside is, for the host.</summary>
    public static string Seen(int pid, string path) => $"/proc/{pid}/root{path}";

    /// <summary>The directory of kept state, on the host.</summary>
    public static string KeptFolder(string directory) => Path.Combine(directory, "kept");

    /// <summary>Makes what is shown, and lets the monitor's id have it.</summary>
    public static void Prepare(MachineStart start)
    {
        var kept = Directory.CreateDirectory(KeptFolder(start.Directory)).FullName;
        if (start.State is null)
            Own(kept, start.Owner);
        using (var zeros = File.OpenHandle(Path.Combine(start.Directory, Zeros), FileMode.Create, FileAccess.ReadWrite))
            RandomAccess.SetLength(zeros, ZerosBytes);
        Own(Path.Combine(start.Directory, Zeros), start.Owner);
        foreach (var disk in start.Disks.Where(disk => disk.Path is not null))
        {
            // Nobody else reaches the directories of these; a monitor opens them as the id that it is.
            if (disk.ReadOnly)
                File.SetUnixFileMode(disk.Path!, File.GetUnixFileMode(disk.Path!) | UnixFileMode.OtherRead);
            else
                Own(disk.Path!, start.Owner);
        }
    }

    /// <summary>Adds the steps that show it.</summary>
    public static void Add(StageScript stage, string place, MachineStart start)
    {
        const nuint Plain = Flags.MS_NOSUID | Flags.MS_NODEV | Flags.MS_NOEXEC;
        const long Shown = StageScript.NoSuid | StageScript.NoDev | StageScript.NoExec;
        // Two sockets and nothing more: a monitor that a guest took over has no room to fill.
        stage.Mount("run", $"{place}/run", "tmpfs", Plain, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"mode=700,uid={start.Owner},gid={start.Owner},size=64k,nr_inodes=16"));
        stage.Bind(KeptFolder(start.Directory), $"{place}{Kept}", start.State is null ? Shown : Shown | StageScript.ReadOnly);
        stage.Mount("disks", $"{place}/disks", "tmpfs", Plain, "mode=755,size=64k");
        foreach (var disk in start.Disks)
        {
            stage.MakeFile(place + Disk(disk));
            stage.Bind(disk.Path ?? Path.Combine(start.Directory, Zeros), place + Disk(disk), disk.ReadOnly ? Shown | StageScript.ReadOnly : Shown);
        }

        stage.MakeReadOnly($"{place}/disks");
    }

    private static void Own(string path, uint owner)
    {
        const int ChangeOwner = 92;
        unsafe
        {
            fixed (byte* text = System.Text.Encoding.UTF8.GetBytes($"{path}\0"))
                LinuxException.Check(Libc.Syscall(ChangeOwner, (nint)text, (nint)owner, (nint)owner), $"chown {path}");
        }
    }
}
