using System.IO.Enumeration;

namespace Caisson.Settings.Reading;

/// <summary>Finds what a path pattern matches now: <c>*</c> and <c>?</c> within a name, <c>**</c> over directories; never through links.</summary>
internal sealed class PatternWalk(SettingsNode node, int budget = 200_000)
{
    private static readonly EnumerationOptions _everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    private int _left = budget;

    public IReadOnlyList<string> Find(string pattern)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Walk("/", pattern.Split('/', StringSplitOptions.RemoveEmptyEntries), found);
        return [.. found];
    }

    private void Walk(string directory, ReadOnlySpan<string> rest, SortedSet<string> found)
    {
        if (rest.Length == 0)
        {
            found.Add(directory);
            return;
        }

        var name = rest[0];
        if (name == "**")
        {
            Walk(directory, rest[1..], found);
            foreach (var entry in List(directory))
            {
                if (IsDirectory(entry))
                    Walk(entry.FullName, rest, found);
            }

            return;
        }

        if (name.AsSpan().IndexOfAny("*?") < 0)
        {
            var path = Path.Join(directory, name);
            if (rest.Length > 1 ? Directory.Exists(path) : Path.Exists(path))
                Walk(path, rest[1..], found);
            return;
        }

        foreach (var entry in List(directory))
        {
            if (FileSystemName.MatchesSimpleExpression(name, entry.Name, ignoreCase: false) && (rest.Length == 1 || IsDirectory(entry)))
                Walk(entry.FullName, rest[1..], found);
        }
    }

    private IEnumerable<FileSystemInfo> List(string directory)
    {
        if (!Directory.Exists(directory))
            yield break;
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", _everything))
        {
            if (--_left < 0)
                throw node.Invalid("the pattern covers too many files to look at", "Start it from a deeper directory.");
            yield return entry;
        }
    }

    private static bool IsDirectory(FileSystemInfo entry) => entry is DirectoryInfo && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
