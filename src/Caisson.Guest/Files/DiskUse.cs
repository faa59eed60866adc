using Caisson.Linux.Interop;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Files;

/// <summary>What a mounted file system holds.</summary>
internal static unsafe class DiskUse
{
    public static Disk Read(string path)
    {
        // struct statfs: f_bsize at 8, f_blocks at 16, f_bfree at 24.
        var buffer = stackalloc long[16];
        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(path + "\0"))
            LinuxException.Check(Libc.Syscall(Sys.StatFs, (nint)name, (nint)buffer), "statfs");
        return new Disk { TotalBytes = buffer[2] * buffer[1], UsedBytes = (buffer[2] - buffer[3]) * buffer[1] };
    }
}
