using System.Globalization;

namespace Caisson.Bench;

/// <summary>What processes hold of the host's memory, each shared page divided among those that share it; what the kernel holds for them is not in it.</summary>
internal static class IdleMemory
{
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of these processes and of all that have one of these marks in their command line or the name of their group, once they have come to rest.</summary>
    public static async Task<long> OfAsync(IReadOnlyList<string> marks, IReadOnlyList<int> processes, CancellationToken cancellation)
    {
        await Task.Delay(_settling, cancellation);
        return Processes().Where(pid => processes.Contains(pid) || IsOf(pid, marks)).Sum(Proportional);
    }

    private static IEnumerable<int> Processes() =>
        Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0).Where(pid => pid > 0);

    private static bool IsOf(int pid, IReadOnlyList<string> marks)
    {
        var about = Read($"/proc/{pid}/cmdline") + Read($"/proc/{pid}/cgroup");
        return marks.Any(mark => about.Contains(mark, StringComparison.Ordinal));
    }

    private static long Proportional(int pid) => Read($"/proc/{pid}/smaps_rollup").Split('\n')
        .Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10);

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
            return "";
        }
    }
}
