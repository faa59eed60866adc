using Caisson.Linux.Interop;
using Caisson.Protocol.Boot;

namespace Caisson.Guest.Boot;

/// <summary>The standard input a wall starts the guest with.</summary>
internal static unsafe class StandardInput
{
    /// <summary>Reads the boot record from it and puts /dev/null in its place, which programs will inherit.</summary>
    public static BootRecord Take()
    {
        var bytes = new byte[BootRecord.MaxLength];
        var length = 0;
        fixed (byte* start = bytes)
        {
            while (length < bytes.Length)
            {
                var count = LinuxException.Check(Libc.Syscall(Sys.Read, 0, (nint)(start + length), bytes.Length - length), "read the boot record");
                if (count == 0)
                    break;
                length += (int)count;
            }
        }

        var nothing = LinuxException.Check(Libc.Open("/dev/null", Flags.O_RDWR | Flags.O_CLOEXEC, 0), "open /dev/null");
        LinuxException.Check(Libc.Syscall(Sys.Dup3, nothing, 0, 0), "dup3");
        _ = Libc.Close((int)nothing);
        return BootRecord.Read(bytes.AsMemory(0, length));
    }
}
