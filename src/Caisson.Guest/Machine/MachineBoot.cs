using Caisson.Linux.Interop;

namespace Caisson.Guest.Machine;

/// <summary>What a kernel leaves to its first program.</summary>
internal static unsafe class MachineBoot
{
    private const string Modules = "/modules";
    private const string Virtio = "/sys/bus/virtio";

    /// <summary>Mounts the kernel's own file systems.</summary>
    public static void Mount()
    {
        foreach (var (type, target) in ((string, string)[])[("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev"), ("cgroup2", "/group")])
        {
            Directory.CreateDirectory(target);
            LinuxException.Check(Libc.Mount(type, target, type, Flags.MS_NOSUID, null), $"mount {target}");
        }
    }

    /// <summary>Lets programs ask for more memory than there is, as behind other walls: it is what they use that ends them.</summary>
    public static void SetMemory() => File.WriteAllText("/proc/sys/vm/overcommit_memory", "1");

    /// <summary>Loads the modules that lie beside us, in the order of their names.</summary>
    public static void LoadModules(MachineKind kind)
    {
        const int FinitModule = 313;
        var none = stackalloc byte[1];
        foreach (var file in Directory.EnumerateFiles(Modules).Order(StringComparer.Ordinal))
        {
            var fd = (int)LinuxException.Check(Libc.Open(file, Flags.O_RDONLY | Flags.O_CLOEXEC, 0), file);
            var result = Libc.Syscall(FinitModule, fd, (nint)none, 0);
            var error = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            _ = Libc.Close(fd);
            if (result != 0 && error != Errno.EEXIST)
                throw new LinuxException(file, error);
            // Its disks are taken one by one, when it is known which is which.
            if (kind.OrderedDisks && File.Exists($"{Virtio}/drivers_autoprobe"))
                File.WriteAllText($"{Virtio}/drivers_autoprobe", "0");
        }

        if (!kind.OrderedDisks)
            return;
        foreach (var device in Directory.EnumerateFileSystemEntries($"{Virtio}/devices").Where(device => !MachineDisks.IsDisk(device)))
            File.WriteAllText($"{Virtio}/drivers_probe", Path.GetFileName(device));
    }

    /// <summary>Makes the group in which the sandbox's programs run.</summary>
    public static MachineGroup MakeGroup()
    {
        File.WriteAllText("/group/cgroup.subtree_control", "+pids +cpu");
        return MachineGroup.Make("/group/sandbox");
    }

    /// <summary>The serial port to the host; it is there a moment after its driver is.</summary>
    public static string SerialPort()
    {
        for (var round = 0; round < 500; round++)
        {
            if (Directory.EnumerateFiles("/dev", "vport*").FirstOrDefault() is { } path)
                return path;
            Thread.Sleep(10);
        }

        throw new FileNotFoundException("the machine has no serial port");
    }
}
