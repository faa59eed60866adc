using System.Runtime.InteropServices;
using Caisson.Linux.Interop;

namespace Caisson.Linux.Processes;

/// <summary>Waiting for children that were not started through <see cref="System.Diagnostics.Process"/>.</summary>
public static unsafe class ChildProcess
{
    /// <summary>Waits until a child has ended and reaps it; returns its wait status.</summary>
    public static int Wait(int pid)
    {
        int status;
        while (Libc.Syscall(Sys.Wait4, pid, (nint)(&status), Flags.WALL) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                throw LinuxException.Last("wait4");
        }

        return status;
    }

    /// <summary>Reaps a child if it has ended.</summary>
    public static bool TryReap(int pid, out int status)
    {
        int value;
        var result = Libc.Syscall(Sys.Wait4, pid, (nint)(&value), Flags.WALL | Flags.WNOHANG);
        status = result > 0 ? value : 0;
        return result > 0 || (result < 0 && Marshal.GetLastPInvokeError() == Errno.ECHILD);
    }
}
