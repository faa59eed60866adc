using System.Globalization;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Cgroups;

/// <summary>One group in every hierarchy that is needed, all named <c>caisson/NAME</c>.</summary>
public sealed class SandboxCgroup
{
    private const string Parent = "caisson";
    private const int Period = 100_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly string[] _limiting = ["memory", "pids", "cpu"];
    private static int _swept;
    private readonly CgroupLayout _layout;
    private readonly string _name;
    private SafeFileHandle? _held;

    private SandboxCgroup(CgroupLayout layout, string name) => (_layout, _name) = (layout, name);

    /// <summary>The files into which a process with one thread writes 0 to join where it was not started in <see cref="OpenUnified"/>.</summary>
    /// <remarks>
    /// Moving a whole process takes a lock that first waits for every processor, 10 ms and more; moving one's own only thread, as the v1 file
    /// <c>tasks</c> does, takes none, and a start in the group neither.
    /// </remarks>
    public IReadOnlyList<string> JoinFiles =>
        [.. _layout.Parents.Where(p => !StartsIn(p)).Select(p => $"{p}/{Parent}/{_name}/{(p == _layout.Unified ? "cgroup.procs" : "tasks")}")];

    /// <summary>The files that let a process join, open: one for each hierarchy that limits. Whoever has them needs no rights of its own.</summary>
    public IReadOnlyList<SafeFileHandle> OpenJoins() =>
        [.. (IsUnified ? [$"{Directories.First()}/cgroup.procs"] : _limiting.Select(Legacy).Distinct(StringComparer.Ordinal).Select(d => $"{d}/tasks"))
            .Select(file => new SafeFileHandle(LinuxException.Check(Libc.Open(file, Flags.O_WRONLY | Flags.O_CLOEXEC, 0), file), ownsHandle: true))];

    private IEnumerable<string> Directories => _layout.Parents.Select(p => $"{p}/{Parent}/{_name}");

    private bool IsUnified => _layout.Parents.Count == 1;

    /// <summary>Makes the groups and sets their limits; on failure none is left.</summary>
    public static SandboxCgroup Create(CgroupLayout layout, string name, CgroupLimits limits)
    {
        var group = new SandboxCgroup(layout, name);
        foreach (var parent in layout.Parents)
            Directory.CreateDirectory($"{parent}/{Parent}");
        try
        {
            using var making = LockParent(layout);
            foreach (var parent in layout.Parents)
            {
                if (group.IsUnified)
                    Enable(parent, layout.UnifiedControllers);
                Directory.CreateDirectory($"{parent}/{Parent}/{name}");
            }

            group._held = CgroupLock.TryTake(group.Directories.First(), exclusive: true);
            if (group.IsUnified)
                group.LimitUnified(limits);
            else
                group.LimitLegacy(limits);
            return group;
        }
        catch
        {
            group.RemoveDirectories();
            group._held?.Dispose();
            throw;
        }
    }

    /// <summary>Makes another beside it, in the same hierarchies.</summary>
    public SandboxCgroup CreateBeside(string name, CgroupLimits limits) => Create(_layout, name, limits);

    /// <summary>Removes, once a process, groups whose maker was killed; beside a start and not before it, since no start depends on it.</summary>
    public static void SweepOnce(CgroupLayout layout)
    {
        if (Interlocked.Exchange(ref _swept, 1) == 0)
            AbandonedCgroups.Sweep([.. layout.Hierarchies.Select(p => $"{p}/{Parent}")]);
    }

    /// <summary>The groups of that name, there or not.</summary>
    public static SandboxCgroup Find(CgroupLayout layout, string name) => new(layout, name);

    /// <summary>What stops and starts its processes, or null where this host has no freezer.</summary>
    public Freezer? FindFreezer() => Freezer.Find(_layout, _name);

    /// <summary>Names of all groups of ours on this host.</summary>
    public static IReadOnlySet<string> Names(CgroupLayout layout) =>
        layout.Hierarchies.Select(p => $"{p}/{Parent}").Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Select(d => Path.GetFileName(d)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The directory of its v2 group, to start a process in; null where there is none or the kernel cannot.</summary>
    public SafeFileHandle? OpenUnified()
    {
        if (_layout.Unified is not { } unified || !_layout.Parents.Any(StartsIn))
            return null;
        var directory = $"{unified}/{Parent}/{_name}";
        var descriptor = Libc.Open(directory, Flags.O_RDONLY | Flags.O_DIRECTORY | Flags.O_CLOEXEC, 0);
        return new SafeFileHandle(LinuxException.Check(descriptor, directory), ownsHandle: true);
    }

    /// <summary>Gives it other limits.</summary>
    public void Change(CgroupLimits limits)
    {
        if (IsUnified)
        {
            LimitUnified(limits);
            return;
        }

        // Memory with swap may never be the lesser of the two: raised before the other, and lowered after it.
        TryWrite($"{Legacy("memory")}/memory.memsw.limit_in_bytes", limits.MemoryBytes.ToString(CultureInfo.InvariantCulture));
        LimitLegacy(limits);
    }

    /// <summary>Bounds what its processes read from and write to a block device, each, where <see cref="CgroupLayout.CanLimitDisks"/>.</summary>
    /// <param name="device">Its number, <c>MAJOR:MINOR</c>; of a whole disk.</param>
    /// <param name="bytesPerSecond">The bound.</param>
    public void LimitDisk(string device, long bytesPerSecond) =>
        File.WriteAllText($"{Directories.First()}/io.max", string.Create(CultureInfo.InvariantCulture, $"{device} rbps={bytesPerSecond} wbps={bytesPerSecond}"));

    /// <summary>Takes a running process, with all its threads, into the group.</summary>
    public void Take(int pid)
    {
        foreach (var directory in Directories)
            File.WriteAllText($"{directory}/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What the group uses now.</summary>
    public CgroupUsage Usage() => IsUnified ? UsageUnified() : UsageLegacy();

    /// <summary>Kills every process in the group and removes it; waits, with a bound, until that is done.</summary>
    public async Task RemoveAsync(CancellationToken cancellation)
    {
        var deadline = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        for (var kill = false; ; kill = true)
        {
            // Nearly always the processes are gone already.
            if (kill)
                KillAll();
            if (RemoveDirectories())
            {
                _held?.Dispose();
                return;
            }

            if (Environment.TickCount64 > deadline)
                throw new IOException($"the processes of cgroup {Parent}/{_name} do not end");
            await Task.Delay(2, cancellation).ConfigureAwait(false);
        }
    }

    private bool StartsIn(string parent) => parent == _layout.Unified && ForkScript.CanStartInGroup;

    // A sweep takes a moment; without the lock a group could be taken for one that was abandoned.
    private static SafeFileHandle? LockParent(CgroupLayout layout)
    {
        var deadline = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        SafeFileHandle? held;
        while ((held = CgroupLock.TryTake($"{layout.Parents[0]}/{Parent}", exclusive: false)) is null && Environment.TickCount64 < deadline)
            Thread.Sleep(1);
        return held;
    }

    private void KillAll()
    {
        var kill = $"{_layout.Unified}/{Parent}/{_name}/cgroup.kill";
        if (_layout.Unified is not null && File.Exists(kill))
        {
            TryWrite(kill, "1");
            return;
        }

        foreach (var directory in Directories.Where(Directory.Exists).Take(1))
        {
            foreach (var line in File.ReadLines($"{directory}/cgroup.procs"))
                _ = Libc.Kill(int.Parse(line, CultureInfo.InvariantCulture), Flags.SIGKILL);
        }
    }

    private bool RemoveDirectories()
    {
        var removed = true;
        foreach (var directory in _layout.Hierarchies.Select(p => $"{p}/{Parent}/{_name}").Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(directory);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                removed = false;
            }
        }

        return removed;
    }

    private static void Enable(string root, IReadOnlySet<string> controllers)
    {
        var enabled = controllers.Contains("io") ? "+memory +pids +cpu +io" : "+memory +pids +cpu";
        TryWrite($"{root}/cgroup.subtree_control", enabled);
        File.WriteAllText($"{root}/{Parent}/cgroup.subtree_control", enabled);
    }

    private void LimitUnified(CgroupLimits limits)
    {
        var directory = Directories.First();
        Write($"{directory}/memory.max", limits.MemoryBytes);
        TryWrite($"{directory}/memory.swap.max", "0");
        TryWrite($"{directory}/memory.oom.group", "0");
        Write($"{directory}/pids.max", limits.Pids);
        File.WriteAllText($"{directory}/cpu.max", $"{(long)(limits.Cpus * Period)} {Period}");
    }

    private void LimitLegacy(CgroupLimits limits)
    {
        var memory = Legacy("memory");
        Write($"{memory}/memory.limit_in_bytes", limits.MemoryBytes);
        // Absent where the kernel counts no swap.
        TryWrite($"{memory}/memory.memsw.limit_in_bytes", limits.MemoryBytes.ToString(CultureInfo.InvariantCulture));
        Write($"{Legacy("pids")}/pids.max", limits.Pids);
        Write($"{Legacy("cpu")}/cpu.cfs_period_us", Period);
        Write($"{Legacy("cpu")}/cpu.cfs_quota_us", (long)(limits.Cpus * Period));
    }

    private CgroupUsage UsageUnified()
    {
        var directory = Directories.First();
        return new CgroupUsage(
            TimeSpan.FromMicroseconds(ReadKey($"{directory}/cpu.stat", "usage_usec")),
            ReadNumber($"{directory}/memory.current"),
            ReadKey($"{directory}/memory.stat", "file"),
            (int)ReadNumber($"{directory}/pids.current"),
            ReadKey($"{directory}/memory.events", "oom_kill"));
    }

    private CgroupUsage UsageLegacy() => new(
        TimeSpan.FromTicks(ReadNumber($"{Legacy("cpuacct")}/cpuacct.usage") / 100),
        ReadNumber($"{Legacy("memory")}/memory.usage_in_bytes"),
        ReadKey($"{Legacy("memory")}/memory.stat", "total_cache"),
        (int)ReadNumber($"{Legacy("pids")}/pids.current"),
        ReadKey($"{Legacy("memory")}/memory.oom_control", "oom_kill"));

    private string Legacy(string controller) => $"{_layout.Legacy[controller]}/{Parent}/{_name}";

    private static long ReadNumber(string file) => long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);

    private static long ReadKey(string file, string key)
    {
        foreach (var line in File.ReadLines(file))
        {
            if (line.Length > key.Length && line.StartsWith(key, StringComparison.Ordinal) && line[key.Length] == ' ')
                return long.Parse(line.AsSpan(key.Length + 1), CultureInfo.InvariantCulture);
        }

        return 0;
    }

    private static void Write(string file, long value) => File.WriteAllText(file, value.ToString(CultureInfo.InvariantCulture));

    private static void TryWrite(string file, string value)
    {
        try
        {
            File.WriteAllText(file, value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A refinement that not every kernel has; what must hold is written by the callers that throw.
        }
    }
}
