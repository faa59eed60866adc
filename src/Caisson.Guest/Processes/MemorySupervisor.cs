using Caisson.Guest.Control;
using Caisson.Guest.Loop;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Processes;

/// <summary>Bounds the memory of all processes together where the host has no cgroup for it: looks often, and kills everything above the bound.</summary>
internal sealed class MemorySupervisor(EventLoop loop, GuestSettings settings, ProcessTable processes)
{
    private const long PageSize = 4096;
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(25);
    private bool _started;

    public void Start()
    {
        if (_started)
            return;
        _started = true;
        loop.After(_interval, Look);
    }

    private void Look()
    {
        if (processes.Alive.Any() && Used() > settings.MemoryBytes)
        {
            foreach (var process in processes.Alive)
                process.OutOfMemory = true;
            foreach (var sample in ProcessTree.Snapshot())
                _ = Libc.Kill(sample.Pid, Flags.SIGKILL);
        }

        loop.After(_interval, Look);
    }

    private static long Used()
    {
        long pages = 0;
        foreach (var sample in ProcessTree.Snapshot())
        {
            try
            {
                var fields = File.ReadAllText($"/proc/{sample.Pid}/statm").Split(' ');
                pages += long.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture) - long.Parse(fields[2], System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return pages * PageSize;
    }
}
