using System.Globalization;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Guest.Machine;

/// <summary>The group of the sandbox's programs, reached by its descriptor: no path leads to it from inside.</summary>
internal sealed class MachineGroup
{
    private const int Period = 100_000;

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

    /// <summary>Processes and threads of the sandbox.</summary>
    public int Pids() => int.Parse(File.ReadAllText($"{Folder}/pids.current"), CultureInfo.InvariantCulture);
}
