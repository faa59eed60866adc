using Caisson.Linux.Interop;
using Caisson.Protocol.Boot;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.Oci;

/// <summary>A pipe that holds a boot record and nothing after it.</summary>
internal static unsafe class BootPipe
{
    public static SafeFileHandle Create(BootRecord record)
    {
        const int Pipe2 = 293;
        var ends = stackalloc int[2];
        LinuxException.Check(Libc.Syscall(Pipe2, (nint)ends, Flags.O_CLOEXEC), "pipe2");
        var read = new SafeFileHandle(ends[0], ownsHandle: true);
        using var write = new SafeFileHandle(ends[1], ownsHandle: true);
        var content = record.ToBytes();
        fixed (byte* bytes = content)
        {
            // A pipe takes this much at once.
            if (LinuxException.Check(Libc.Syscall(Sys.Write, ends[1], (nint)bytes, content.Length), "write") != content.Length)
                throw new LinuxException("write", Errno.EIO);
        }

        return read;
    }
}
