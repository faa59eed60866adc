using System.Text.RegularExpressions;

namespace Caisson.Linux.Files;

/// <summary>What is mounted, as this process sees it.</summary>
public static partial class MountTable
{
    /// <summary>Places below a directory at which something is mounted, in the order in which it was.</summary>
    public static IReadOnlyList<string> Below(string directory)
    {
        var below = Path.TrimEndingDirectorySeparator(directory) + "/";
        // The fifth field of a line is where it is mounted, with \040 and the like in it.
        return [.. File.ReadLines("/proc/self/mountinfo").Select(line => Unescape(line.Split(' ')[4])).Where(place => place.StartsWith(below, StringComparison.Ordinal))];
    }

    private static string Unescape(string field) => Octal().Replace(field, match => ((char)Convert.ToInt32(match.Groups["code"].Value, 8)).ToString());

    [GeneratedRegex(@"\\(?<code>[0-7]{3})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Octal();
}
