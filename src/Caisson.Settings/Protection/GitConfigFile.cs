namespace Caisson.Settings.Protection;

/// <summary>The paths that a repository's configuration points to: hooks and further configuration.</summary>
internal static class GitConfigFile
{
    private const int LargestFile = 1 << 20;

    /// <summary>The values of <c>core.hooksPath</c> (from the work tree) and of every <c>include.path</c> (from the file), as written.</summary>
    public static (IReadOnlyList<string> Hooks, IReadOnlyList<string> Includes) Read(string file)
    {
        List<string> hooks = [], includes = [];
        try
        {
            // A fifo would hold the reader for ever; only regular files have a length to speak of.
            if (new FileInfo(file) is not { Exists: true, Length: > 0 and < LargestFile })
                return (hooks, includes);
            var section = "";
            foreach (var raw in File.ReadLines(file))
            {
                var line = raw.Trim();
                if (line.StartsWith('[') && line.IndexOf(']', StringComparison.Ordinal) is > 0 and var close)
                {
                    section = line[1..close].Split([' ', '\t', '.', '"'], 2)[0].ToLowerInvariant();
                    line = line[(close + 1)..].Trim();
                }

                if (line.Split('=', 2) is not [var key, var value])
                    continue;
                if (section == "core" && key.Trim().Equals("hookspath", StringComparison.OrdinalIgnoreCase))
                    hooks.Add(Unquote(value));
                else if (section is "include" or "includeif" && key.Trim().Equals("path", StringComparison.OrdinalIgnoreCase))
                    includes.Add(Unquote(value));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What cannot be read by the operator is not obeyed by the operator's git either.
        }

        return (hooks, includes);
    }

    private static string Unquote(string value)
    {
        value = value.Trim();
        if (value.StartsWith('"') && value.IndexOf('"', 1) is > 0 and var end)
            return value[1..end];
        return value.IndexOfAny(['#', ';']) is >= 0 and var comment ? value[..comment].Trim() : value;
    }
}
