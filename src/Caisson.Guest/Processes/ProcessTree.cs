using System.Globalization;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Processes;

/// <summary>Ends a process with everything that came of it.</summary>
internal static class ProcessTree
{
    private const int MaxRounds = 8;

    /// <summary>Kills a process, its session and all its descendants, until none is found.</summary>
    public static void Kill(int leader)
    {
        var doomed = new HashSet<int> { leader };
        for (var round = 0; round < MaxRounds; round++)
        {
            var before = doomed.Count;
            // Stopped first, so that none can fork while the others are looked for.
            foreach (var process in Snapshot())
            {
                if (process.Session == leader || doomed.Contains(process.Parent))
                    doomed.Add(process.Pid);
            }

            foreach (var pid in doomed)
                _ = Libc.Kill(pid, 19);
            if (doomed.Count == before && round > 0)
                break;
        }

        foreach (var pid in doomed)
            _ = Libc.Kill(pid, Flags.SIGKILL);
    }

    /// <summary>Sends a signal to every process of a session.</summary>
    public static void Signal(int leader, int number)
    {
        foreach (var process in Snapshot().Where(process => process.Session == leader))
            _ = Libc.Kill(process.Pid, number);
    }

    /// <summary>How many processes the sandbox has, the guest not among them; they are counted and not looked at.</summary>
    public static int Count() => Pids().Count();

    /// <summary>Every process of the sandbox but the guest.</summary>
    public static List<ProcessSample> Snapshot()
    {
        var result = new List<ProcessSample>();
        foreach (var pid in Pids())
        {
            if (Read(pid) is { } sample)
                result.Add(sample);
        }

        return result;
    }

    private static IEnumerable<int> Pids()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) && pid != Environment.ProcessId)
                yield return pid;
        }
    }

    private static ProcessSample? Read(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            // The name in parentheses may hold anything; what follows the last one does not.
            var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            // A process that ends while it is read leaves less than a line.
            return fields.Length > 3 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent) && int.TryParse(fields[3], CultureInfo.InvariantCulture, out var session)
                ? new ProcessSample(pid, parent, session)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
