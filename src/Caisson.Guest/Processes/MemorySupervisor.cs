using System.Globalization;
using Caisson.Guest.Control;
using Caisson.Guest.Loop;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Processes;

/// <summary>Bounds the memory of all processes together where the host has no cgroup for it: looks often, and kills everything above the bound.</summary>
internal sealed class MemorySupervisor(EventLoop loop, GuestSettings settings, ProcessTable processes)
{
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
        if (processes.Alive.Any() && IsAbove([.. ProcessTree.Snapshot().Select(s => s.Pid)]))
        {
            foreach (var process in processes.Alive)
                process.OutOfMemory = true;
            foreach (var sample in ProcessTree.Snapshot())
                _ = Libc.Kill(sample.Pid, Flags.SIGKILL);
        }

        loop.After(_interval, Look);
    }

    // Memory that processes share is in the sum once for each of them: only above the bound is it worth the walk that tells it exactly.
    private bool IsAbove(IReadOnlyList<int> pids) => pids.Sum(Resident) > settings.MemoryBytes && Exact(pids) > settings.MemoryBytes;

    private static long Exact(IReadOnlyList<int> pids)
    {
        var shares = pids.Select(pid => (Pid: pid, Bytes: Proportional(pid) ?? 0)).ToList();
        var sum = shares.Sum(share => share.Bytes > 0 ? share.Bytes : Resident(share.Pid));
        // A kernel of the sandbox's own may not know shares, but its total is the sandbox's; the host's total is above any sandbox's.
        return !shares.Any(share => share.Bytes > 0) && Kilobytes("/proc/meminfo", "AnonPages:", "Shmem:") is { } total and > 0 ? Math.Min(sum, total) : sum;
    }

    // A kernel that does not tell the kinds apart tells their sum.
    private static long Resident(int pid)
    {
        var status = $"/proc/{pid}/status";
        return Kilobytes(status, "RssAnon:", "RssShmem:") is { } resident and > 0 ? resident : Kilobytes(status, "VmRSS:") ?? 0;
    }

    private static long? Proportional(int pid) => Kilobytes($"/proc/{pid}/smaps_rollup", "Pss_Anon:", "Pss_Shmem:");

    private static long? Kilobytes(string file, params ReadOnlySpan<string> keys)
    {
        try
        {
            long sum = 0;
            foreach (var line in File.ReadLines(file))
            {
                foreach (var key in keys)
                {
                    if (line.StartsWith(key, StringComparison.Ordinal))
                        sum += long.Parse(line.AsSpan(key.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) << 10;
                }
            }

            return sum;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked, or does not let itself be looked at so closely.
            return null;
        }
    }
}
