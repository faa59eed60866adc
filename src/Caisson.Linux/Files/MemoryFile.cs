using System.Text;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Files;

/// <summary>Nameless files in memory (memfd_create).</summary>
public static unsafe class MemoryFile
{
    /// <summary>Makes one with this content, positioned at its start.</summary>
    public static SafeFileHandle Create(string name, ReadOnlySpan<byte> content)
    {
        const int CloseOnExec = 1;
        nint fd;
        fixed (byte* start = Encoding.UTF8.GetBytes(name + "\0"))
            fd = LinuxException.Check(Libc.Syscall(Sys.MemfdCreate, (nint)start, CloseOnExec), "memfd_create");
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        RandomAccess.Write(handle, content, 0);
        return handle;
    }
}
