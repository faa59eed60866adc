namespace Caisson.Cli.Templates;

/// <summary>The rules of a <c>.dockerignore</c>: the last one that means a path, or a directory above it, decides.</summary>
internal sealed class IgnoreRules
{
    private readonly List<(string[] Parts, bool Ignore)> _rules = [];

    public IgnoreRules(IEnumerable<string> lines)
    {
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var kept = line[0] == '!';
            var parts = line[(kept ? 1 : 0)..].Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
            if (parts.Length > 0)
                _rules.Add((parts, !kept));
        }
    }

    /// <summary>Whether a directory that is ignored may still hold something that is not.</summary>
    public bool HasExceptions => _rules.Exists(rule => !rule.Ignore);

    /// <summary>Whether a path, relative to the context, stays out.</summary>
    public bool Ignores(string path)
    {
        var parts = path.Split('/');
        var ignored = false;
        foreach (var (rule, ignore) in _rules)
        {
            for (var length = 1; length <= parts.Length; length++)
            {
                if (Matches(rule, parts.AsSpan(0, length)))
                    ignored = ignore;
            }
        }

        return ignored;
    }

    private static bool Matches(ReadOnlySpan<string> rule, ReadOnlySpan<string> path)
    {
        if (rule.Length == 0)
            return path.Length == 0;
        if (rule[0] == "**")
            return Matches(rule[1..], path) || (path.Length > 0 && Matches(rule, path[1..]));
        return path.Length > 0 && MatchesPart(rule[0], path[0]) && Matches(rule[1..], path[1..]);
    }

    // Greedy with one way back: each '*' only ever grows.
    private static bool MatchesPart(string rule, string text)
    {
        var (r, t, star, mark) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (r < rule.Length && (rule[r] == '?' || (rule[r] == text[t] && rule[r] != '*')))
            {
                (r, t) = (r + 1, t + 1);
            }
            else if (r < rule.Length && rule[r] == '*')
            {
                (star, mark) = (r, t);
                r++;
            }
            else if (star >= 0)
            {
                mark++;
                (r, t) = (star + 1, mark);
            }
            else
            {
                return false;
            }
        }

        return rule.AsSpan(r).IndexOfAnyExcept('*') < 0;
    }
}
