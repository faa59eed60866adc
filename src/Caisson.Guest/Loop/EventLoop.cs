using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Loop;

/// <summary>The guest's one thread for processes and control: descriptors, timers and work posted by other threads.</summary>
internal sealed unsafe partial class EventLoop : IDisposable
{
    public const uint Readable = 1;
    public const uint Writable = 4;
    public const uint HangUp = 0x18;

    private const int MaxEvents = 64;
    private const int EventSize = 12;
    private readonly int _epoll;
    private readonly int _wake;
    private readonly Dictionary<int, Action<uint>> _handlers = [];
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly PriorityQueue<LoopTimer, long> _timers = new();

    public EventLoop()
    {
        const int CloseOnExec = 0x80000;
        const int NonBlocking = 0x800;
        _epoll = (int)LinuxException.Check(EpollCreate(CloseOnExec), "epoll_create1");
        _wake = (int)LinuxException.Check(EventFd(0, CloseOnExec | NonBlocking), "eventfd");
        Watch(_wake, Readable, ready =>
        {
            ulong count;
            _ = Libc.Read(_wake, (byte*)&count, 8);
        });
    }

    /// <summary>Calls back on the loop when the descriptor is ready.</summary>
    public void Watch(int fd, uint events, Action<uint> handler)
    {
        _handlers[fd] = handler;
        Control(1, fd, events);
    }

    /// <summary>Changes what a watched descriptor is watched for; nothing leaves hang-ups.</summary>
    public void Change(int fd, uint events) => Control(3, fd, events);

    /// <summary>Stops watching; the descriptor stays open.</summary>
    public void Forget(int fd)
    {
        if (_handlers.Remove(fd))
            Control(2, fd, 0);
    }

    /// <summary>Runs an action on the loop; callable from any thread.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        ulong one = 1;
        _ = Libc.Write(_wake, (byte*)&one, 8);
    }

    /// <summary>Runs an action on the loop after a while; loop thread only.</summary>
    public LoopTimer After(TimeSpan delay, Action action)
    {
        var timer = new LoopTimer(action);
        _timers.Enqueue(timer, Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency));
        return timer;
    }

    /// <summary>Runs for ever.</summary>
    public void Run()
    {
        var events = stackalloc byte[MaxEvents * EventSize];
        while (true)
        {
            var count = EpollWait(_epoll, events, MaxEvents, RunTimers());
            if (count < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR)
                throw LinuxException.Last("epoll_wait");
            for (var i = 0; i < count; i++)
            {
                var fd = *(int*)(events + (i * EventSize) + 4);
                var ready = *(uint*)(events + (i * EventSize));
                if (_handlers.TryGetValue(fd, out var handler))
                    Guard(() => handler(ready));
            }

            while (_posted.TryDequeue(out var action))
                Guard(action);
        }
    }

    public void Dispose()
    {
        _ = Libc.Close(_epoll);
        _ = Libc.Close(_wake);
    }

    private int RunTimers()
    {
        while (_timers.TryPeek(out var timer, out var due))
        {
            var left = due - Stopwatch.GetTimestamp();
            if (timer.Cancelled)
            {
                _timers.Dequeue();
                continue;
            }

            if (left > 0)
                return (int)Math.Min(int.MaxValue, (left * 1000 / Stopwatch.Frequency) + 1);
            _timers.Dequeue();
            Guard(timer.Action);
        }

        return -1;
    }

    // Process 1 ends with its sandbox: what goes wrong in one handler must not end all the others.
    private static void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"guest: {e}");
        }
    }

    private void Control(int operation, int fd, uint events)
    {
        var entry = stackalloc byte[EventSize];
        *(uint*)entry = events;
        *(int*)(entry + 4) = fd;
        LinuxException.Check(EpollCtl(_epoll, operation, fd, entry), "epoll_ctl");
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollCtl(int epoll, int operation, int fd, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, byte* events, int max, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);
}
