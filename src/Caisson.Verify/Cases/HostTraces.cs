using System.Diagnostics;
using System.Globalization;

namespace Caisson.Verify.Cases;

/// <summary>What of a sandbox there is on this host: processes, groups, mounts and directories that bear its id.</summary>
internal static class HostTraces
{
    /// <summary>Everything found, each named.</summary>
    public static IReadOnlyList<string> Of(string state, string id) =>
    [
        .. Processes().Where(pid => Bears(pid, id)).Select(pid => $"process {pid}"),
        .. Groups(id),
        .. File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(id, StringComparison.Ordinal)).Select(_ => "a mount"),
        .. Directory.EnumerateFileSystemEntries(state, $"*{id}*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 3 }),
    ];

    /// <summary>How many processes of this host run a command line.</summary>
    public static int Programs(string commandLine) => Processes().Count(pid => string.Equals(Read($"/proc/{pid}/cmdline").TrimEnd('\0').Replace('\0', ' '), commandLine, StringComparison.Ordinal));

    /// <summary>Kills every process of a sandbox, as a crash of its wall would; false when there is none.</summary>
    public static bool Kill(string id)
    {
        var found = false;
        foreach (var pid in Processes().Where(pid => Bears(pid, id)))
        {
            try
            {
                using var process = Process.GetProcessById(pid);
                process.Kill();
                found = true;
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It went with the one before.
            }
        }

        return found;
    }

    private static IEnumerable<int> Processes() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0 && pid != Environment.ProcessId);

    // Its group is named after it; where there are no groups, its command line or its name is.
    private static bool Bears(int pid, string id) =>
        Read($"/proc/{pid}/cgroup").Contains(id, StringComparison.Ordinal) || Read($"/proc/{pid}/cmdline").Contains(id, StringComparison.Ordinal);

    private static IEnumerable<string> Groups(string id)
    {
        if (!Directory.Exists("/sys/fs/cgroup"))
            return [];
        return Directory.EnumerateDirectories("/sys/fs/cgroup", $"*{id}*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 4 })
            .Select(path => $"group {path}");
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
