using System.Text;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Volumes;

/// <summary>Opens what lies below a directory, and nothing else, while others rename and link in it.</summary>
internal static unsafe class Beneath
{
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    private const int Attempts = 64;
    private const ulong NoOtherMount = 0x01;
    private const ulong NoMagicLinks = 0x02;
    private const ulong BelowOnly = 0x08;

    /// <summary>Opens a path relative to the directory; a way that leads out of it is EXDEV. Links on the way are followed, the last one too unless the flags say no.</summary>
    public static SafeFileHandle Open(SafeFileHandle directory, string path, int flags, int mode = 0)
    {
        // struct open_how: flags, mode, resolve
        var how = stackalloc ulong[3];
        (how[0], how[1], how[2]) = ((ulong)(flags | Flags.O_CLOEXEC), (ulong)mode, BelowOnly | NoMagicLinks | NoOtherMount);
        fixed (byte* name = Name(path.Length == 0 ? "." : path))
        {
            for (var attempt = 1; ; attempt++)
            {
                var file = Libc.Syscall(Sys.OpenAt2, directory.DangerousGetHandle(), (nint)name, (nint)how, 3 * sizeof(ulong));
                if (file >= 0)
                    return new SafeFileHandle(file, ownsHandle: true);
                var failure = LinuxException.Last(path);
                // The kernel gives up where something was renamed while it looked; that is somebody's doing, and not for ever.
                if (failure.Error is not (Errno.EAGAIN or Errno.EINTR) || attempt == Attempts)
                    throw failure;
            }
        }
    }

    /// <summary>A path as the kernel takes it.</summary>
    public static byte[] Name(string path) => Encoding.UTF8.GetBytes(path + "\0");
}
