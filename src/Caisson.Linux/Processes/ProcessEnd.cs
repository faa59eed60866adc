using Caisson.Linux.Interop;

namespace Caisson.Linux.Processes;

/// <summary>Waiting for the end of any process, child or not, by its pid's descriptor.</summary>
public static unsafe class ProcessEnd
{
    private const int Poll = 7;

    /// <summary>Waits until a process has ended, reaped or not; false when it takes longer. Returns at once for one that is gone.</summary>
    public static Task<bool> WaitAsync(int pid, TimeSpan limit)
    {
        var descriptor = (int)Libc.Syscall(Sys.PidfdOpen, pid, 0);
        return descriptor < 0 ? Task.FromResult(true) : Task.Run(() => Wait(descriptor, limit));
    }

    private static bool Wait(int descriptor, TimeSpan limit)
    {
        var deadline = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        try
        {
            // struct pollfd: descriptor, events in two bytes, what happened in two more.
            var poll = stackalloc int[2];
            while (true)
            {
                (poll[0], poll[1]) = (descriptor, 1);
                var ready = Libc.Syscall(Poll, (nint)poll, 1, (nint)Math.Max(0, deadline - Environment.TickCount64));
                if (ready >= 0 || System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != Errno.EINTR)
                    return ready > 0;
            }
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }
}
