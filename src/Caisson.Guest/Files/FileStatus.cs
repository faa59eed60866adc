using System.Runtime.InteropServices;
using System.Text;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Files;

/// <summary>What statx(2) says of a path.</summary>
internal readonly unsafe partial record struct FileStatus(int Mode, uint Uid, uint Gid, long Size, long ModifiedNanoseconds, long ChangedNanoseconds, ulong Inode)
{
    private const int FormatMask = 0xF000;

    public bool IsRegular => (Mode & FormatMask) == 0x8000;

    public bool IsDirectory => (Mode & FormatMask) == 0x4000;

    public bool IsLink => (Mode & FormatMask) == 0xA000;

    /// <summary>Null when the path is not there; throws on other errors.</summary>
    public static FileStatus? Read(string path, bool follow)
    {
        const int CurrentDirectory = -100;
        const int NoFollow = 0x100;
        if (TryRead(CurrentDirectory, path, follow ? 0 : NoFollow, out var status))
            return status;
        return Marshal.GetLastPInvokeError() is Errno.ENOENT or Errno.ENOTDIR ? null : throw LinuxException.Last(path);
    }

    /// <summary>What an open descriptor is.</summary>
    public static FileStatus Read(int fd)
    {
        const int EmptyPath = 0x1000;
        return TryRead(fd, "", EmptyPath, out var status) ? status : throw LinuxException.Last("statx");
    }

    private static bool TryRead(int directory, string path, int flags, out FileStatus status)
    {
        const int StatxNumber = 332;
        const int BasicStats = 0x7ff;
        var buffer = stackalloc byte[256];
        nint result;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
            result = Libc.Syscall(StatxNumber, directory, (nint)name, flags, BasicStats, (nint)buffer);
        status = new FileStatus(*(ushort*)(buffer + 28), *(uint*)(buffer + 20), *(uint*)(buffer + 24), *(long*)(buffer + 40), Time(buffer + 112), Time(buffer + 96), *(ulong*)(buffer + 32));
        return result == 0;
    }

    private static long Time(byte* stamp) => (*(long*)stamp * 1_000_000_000) + *(uint*)(stamp + 8);
}
