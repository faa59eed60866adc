using System.Globalization;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Guest.Machine;

/// <summary>The group of the sandbox's programs, reached by its descriptor: no path leads to it from inside.</summary>
internal sealed class MachineGroup
{
    private const int Period = 100_000;
    private const int EndRounds = 2000;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5);

    private MachineGroup(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    private string Folder => $"/proc/self/fd/{Handle.DangerousGetHandle()}";

    public static MachineGroup Make(string path)
    {
        Directory.CreateDirectory(path);
        var fd = LinuxException.Check(Libc.Open(path, Flags.O_RDONLY | Flags.O_DIRECTORY | Flags.O_CLOEXEC, 0), path);
        return new MachineGroup(new SafeFileHandle(fd, ownsHandle: true));
    }

    /// <summary>Bounds processes and processor time. The host bounds the latter too, but inside that would pass for work done.</summary>
    public void Limit(int pids, double cpus)
    {
        if (pids > 0)
            File.WriteAllText($"{Folder}/pids.max", pids.ToString(CultureInfo.InvariantCulture));
        if (cpus > 0)
            File.WriteAllText($"{Folder}/cpu.max", string.Create(CultureInfo.InvariantCulture, $"{(long)(cpus * Period)} {Period}"));
    }

    /// <summary>Ends every process of the sandbox and waits until none is left.</summary>
    public void End()
    {
        File.WriteAllText($"{Folder}/cgroup.kill", "1");
        for (var round = 0; File.ReadAllText($"{Folder}/cgroup.procs").Length > 0; round++)
        {
            if (round == EndRounds)
                throw new LinuxException("end of the sandbox's processes", Errno.EBUSY);
            Thread.Sleep(_pause);
        }
    }

    /// <summary>Processes and threads of the sandbox.</summary>
    public int Pids() => int.Parse(File.ReadAllText($"{Folder}/pids.current"), CultureInfo.InvariantCulture);
}
