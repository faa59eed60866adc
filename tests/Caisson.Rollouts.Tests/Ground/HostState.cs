namespace Caisson.Rollouts.Tests.Ground;

/// <summary>A state directory of the tests, and what of its sandboxes is still on the host.</summary>
internal sealed class HostState : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    public string Root { get; } = Directory.CreateTempSubdirectory("crl-").FullName;

    public string State => Path.Combine(Root, "state");

    /// <summary>Processes, mounts, loop devices, control groups and directories that stay.</summary>
    public async Task<IReadOnlyList<string>> LeftAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = Find().ToList();
            if (found.Count == 0 || TimeProvider.System.GetElapsedTime(since) > _patience)
                return found;
            await Task.Delay(200);
        }
    }

    /// <summary>Host processes whose command line has a word in it.</summary>
    public static IEnumerable<string> Processes(string word) => Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _))
        .Select(path => Text(Path.Combine(path, "cmdline")).Replace('\0', ' ')).Where(line => line.Contains(word, StringComparison.Ordinal));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private IEnumerable<string> Find()
    {
        var sandboxes = Path.Combine(State, "sandboxes");
        var left = Directory.Exists(sandboxes) ? Directory.GetDirectories(sandboxes) : [];
        var loops = Directory.EnumerateDirectories("/sys/block", "loop*").Select(path => Text(Path.Combine(path, "loop/backing_file"))).Where(file => file.StartsWith(Root, StringComparison.Ordinal));
        var mounts = Text("/proc/self/mountinfo").Split('\n').Where(line => line.Contains(Root, StringComparison.Ordinal));
        return [.. left, .. loops, .. mounts, .. Processes(sandboxes)];
    }

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
