using System.Text;
using Caisson.Linux.Interop;

namespace Caisson.Walls.Ids;

/// <summary>Who owns a host path.</summary>
internal static unsafe class HostOwner
{
    public static (uint User, uint Group) Of(string path)
    {
        const int Statx = 332;
        const int CurrentDirectory = -100;
        const int BasicStats = 0x7ff;
        var buffer = stackalloc byte[256];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
            LinuxException.Check(Libc.Syscall(Statx, CurrentDirectory, (nint)name, 0, BasicStats, (nint)buffer), path);
        return (*(uint*)(buffer + 20), *(uint*)(buffer + 24));
    }
}
