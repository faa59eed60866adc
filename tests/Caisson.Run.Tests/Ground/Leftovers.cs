namespace Caisson.Run.Tests.Ground;

/// <summary>Finds what sandboxes of this test run have left on the host; sandboxes of others on the same host are not counted.</summary>
internal sealed class Leftovers(Site site, string root)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly HashSet<string> _groups = [.. EmptyGroups()];
    private readonly HashSet<string> _namespaces = [.. Namespaces()];
    private readonly HashSet<string> _files = [.. Files()];

    /// <summary>Everything that is left and does not go away within some seconds.</summary>
    public IReadOnlyCollection<string> Find()
    {
        HashSet<string>? lasting = null;
        var started = TimeProvider.System.GetTimestamp();
        while (lasting is not { Count: 0 } && TimeProvider.System.GetElapsedTime(started) < _patience)
        {
            string[] now = [.. Processes(), .. Mounts(), .. Loops(), .. EmptyGroups().Except(_groups), .. Namespaces().Except(_namespaces), .. Files().Except(_files)];
            // What others are just making or removing is not there the whole time.
            lasting = lasting is null ? [.. now] : [.. lasting.Intersect(now)];
            Thread.Sleep(200);
        }

        return lasting ?? [];
    }

    /// <summary>Processes and mounts of one place that stay.</summary>
    public IReadOnlyCollection<string> OfPlace()
    {
        string[] now = [];
        for (var i = 0; i < 50; i++)
        {
            now = [.. Processes(named: true), .. Mounts()];
            if (now.Length == 0)
                break;
            Thread.Sleep(100);
        }

        return now;
    }

    public void AssertNone() => Assert.Empty(Find());

    /// <summary>Processes that execute this run's binaries, or name its directory.</summary>
    private IEnumerable<string> Processes(bool named = false)
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            string text;
            try
            {
                var executable = new FileInfo($"{directory}/exe").LinkTarget;
                text = File.ReadAllText($"{directory}/cmdline").Replace('\0', ' ');
                var byName = text.Contains(root, StringComparison.Ordinal) && text.StartsWith("bwrap", StringComparison.Ordinal);
                if (named ? !byName && !Sees(directory) : executable?.StartsWith(root, StringComparison.Ordinal) != true && !byName && !IsOurGuest(directory))
                    continue;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            yield return $"process {Path.GetFileName(directory)}: {text}";
        }
    }

    // Whatever runs in a sandbox has the place's workspace among its mounts.
    private bool Sees(string process) => File.ReadAllText($"{process}/mountinfo").Contains(root, StringComparison.Ordinal);

    // Inside its own mounts the program has another path, but it is the same file.
    private bool IsOurGuest(string process) => File.ReadAllText($"{process}/comm").StartsWith("guest", StringComparison.Ordinal)
        && Tool.Try("stat", "-L", "-c", "%i", $"{process}/exe") is (0, var inode) && inode == Tool.Run("stat", "-c", "%i", site.Guest);

    private IEnumerable<string> Mounts() => File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains(root, StringComparison.Ordinal) || l.Contains(" /run/caisson", StringComparison.Ordinal));

    private IEnumerable<string> Loops() => Directory.EnumerateDirectories("/sys/block", "loop*").Select(d => $"{d}/loop/backing_file").Where(File.Exists)
        .Select(f => $"{f}: {File.ReadAllText(f)}").Where(l => l.Contains(root, StringComparison.Ordinal));

    /// <summary>Groups without a process.</summary>
    public static IEnumerable<string> EmptyGroups()
    {
        foreach (var parent in Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").Select(d => $"{d}/caisson").Where(Directory.Exists))
        {
            foreach (var group in Directory.EnumerateDirectories(parent))
            {
                if (IsEmpty(group))
                    yield return $"group {group}";
            }
        }
    }

    private static bool IsEmpty(string group)
    {
        try
        {
            return File.ReadAllText($"{group}/cgroup.procs").Length == 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Namespaces() => Directory.Exists("/run/netns") ? Directory.EnumerateFiles("/run/netns", "crt-*") : [];

    private static IEnumerable<string> Files() => Directory.EnumerateFileSystemEntries("/tmp", "caisson-*").Where(f => !Path.GetFileName(f).StartsWith("caisson-blank", StringComparison.Ordinal))
        .Concat(Directory.Exists("/run/caisson") ? Directory.EnumerateFileSystemEntries("/run/caisson") : []);
}
