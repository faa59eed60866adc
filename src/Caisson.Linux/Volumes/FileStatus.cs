using System.Text;
using Caisson.Core.Volumes;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Volumes;

/// <summary>What the kernel says of an open file.</summary>
internal static unsafe class FileStatus
{
    private const int BasicStats = 0x7ff;
    private const int EmptyPath = 0x1000;
    private const int TypeMask = 0xF000;
    private const int LongestTarget = 4096;

    /// <summary>Describes an open file, which may be opened by its path alone.</summary>
    public static VolumeEntry Of(SafeFileHandle file, string path)
    {
        // struct statx of linux/stat.h: uid at 20, gid at 24, mode at 28, size at 40, then atime, btime, ctime, mtime of 16 bytes from 64.
        var status = stackalloc byte[256];
        var nothing = stackalloc byte[1];
        LinuxException.Check(Libc.Syscall(Sys.Statx, file.DangerousGetHandle(), (nint)nothing, EmptyPath, BasicStats, (nint)status), path);
        var mode = *(ushort*)(status + 28);
        var type = (mode & TypeMask) switch
        {
            0x8000 => VolumeEntryType.File,
            0x4000 => VolumeEntryType.Directory,
            0xA000 => VolumeEntryType.Symlink,
            _ => VolumeEntryType.Other,
        };
        return new VolumeEntry(
            path, type, type == VolumeEntryType.Directory ? 0 : *(long*)(status + 40), mode & 0xFFF, *(uint*)(status + 20), *(uint*)(status + 24),
            Moment(status + 64), Moment(status + 112), Moment(status + 96), type == VolumeEntryType.Symlink ? Target(file) : null);
    }

    private static string? Target(SafeFileHandle link)
    {
        var buffer = stackalloc byte[LongestTarget];
        var nothing = stackalloc byte[1];
        var length = Libc.Syscall(Sys.ReadlinkAt, link.DangerousGetHandle(), (nint)nothing, (nint)buffer, LongestTarget);
        return length < 0 ? null : Encoding.UTF8.GetString(buffer, (int)length);
    }

    // A sandbox sets the times of its files as it likes; what no date can hold is cut to one that can.
    private static DateTimeOffset Moment(byte* time)
    {
        var seconds = Math.Clamp(*(long*)time, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds() - 1);
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(*(uint*)(time + 8) / 100);
    }
}
