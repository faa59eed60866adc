using System.Runtime.InteropServices;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;

namespace Caisson.Guest.Processes;

/// <summary>Waits for every child, ours and those left to process 1, on a thread of its own.</summary>
internal sealed unsafe class Reaper
{
    // The collector runs on whichever thread allocates, and needs more than the loop below does.
    private const int StackSize = 256 << 10;
    private readonly object _lock = new();
    private int _children;
    private readonly Action<int, WaitStatus> _ended;

    public Reaper(Action<int, WaitStatus> ended)
    {
        _ended = ended;
        new Thread(Run, StackSize) { IsBackground = true, Name = "reaper" }.Start();
    }

    /// <summary>Says that there is a child to wait for.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            _children++;
            Monitor.Pulse(_lock);
        }
    }

    private void WaitForOne()
    {
        lock (_lock)
        {
            while (_children == 0)
                Monitor.Wait(_lock);
            _children = 0;
        }
    }

    private void Run()
    {
        while (true)
        {
            int status;
            var pid = (int)Libc.Syscall(Sys.Wait4, -1, (nint)(&status), Flags.WALL);
            if (pid > 0)
                _ended(pid, new WaitStatus(status));
            else if (Marshal.GetLastPInvokeError() == Errno.ECHILD)
                WaitForOne();
        }
    }
}
