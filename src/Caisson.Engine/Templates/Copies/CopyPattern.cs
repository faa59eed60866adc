using System.Text;
using System.Text.RegularExpressions;
using Caisson.Core.Failures;

namespace Caisson.Engine.Templates.Copies;

/// <summary>Which entries of an archive a COPY means, and where each of them goes.</summary>
/// <remarks>
/// A directory gives its content to the destination; a file goes to the destination, or into it where that ends with a slash, is a directory, or gets
/// more than one thing.
/// </remarks>
internal sealed class CopyPattern
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private readonly Regex? _pattern;
    private readonly string _source;
    private readonly int _depth;
    private readonly bool _anyDepth;

    /// <summary>Reads the source of a COPY: a path, or a pattern with <c>*</c>, <c>?</c>, <c>[...]</c> and <c>**</c>.</summary>
    public CopyPattern(string source)
    {
        var parts = source.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        if (source.Length == 0 || source.StartsWith('/') || parts.Contains("..", StringComparer.Ordinal) || source.Length > 4096)
            throw new CaissonException(ErrorCode.InvalidArgument, $"COPY takes files of the context, and '{source}' is not in it", "Name them relative to the context.");
        _source = string.Join('/', parts);
        _depth = parts.Length;
        _anyDepth = parts.Contains("**", StringComparer.Ordinal);
        _pattern = source.AsSpan().IndexOfAny("*?[{") >= 0 ? Compile(_source) : null;
    }

    /// <summary>Whether it may mean more than one thing.</summary>
    public bool IsPattern => _pattern is not null;

    /// <summary>The part of an entry's path that the pattern itself means, and the rest below it; null where it is not meant.</summary>
    public (string Match, string Below)? Of(string path)
    {
        if (_pattern is null)
        {
            if (_source.Length == 0)
                return ("", path);
            if (path == _source)
                return (path, "");
            return path.StartsWith(_source + "/", StringComparison.Ordinal) ? (_source, path[(_source.Length + 1)..]) : null;
        }

        if (_anyDepth)
            return _pattern.IsMatch(path) ? (path, "") : null;
        var parts = path.Split('/');
        if (parts.Length < _depth)
            return null;
        var match = string.Join('/', parts[.._depth]);
        return _pattern.IsMatch(match) ? (match, string.Join('/', parts[_depth..])) : null;
    }

    private static Regex Compile(string glob)
    {
        var text = new StringBuilder("^");
        for (var i = 0; i < glob.Length; i++)
        {
            if (glob[i] == '*' && i + 1 < glob.Length && glob[i + 1] == '*')
            {
                var slash = i + 2 < glob.Length && glob[i + 2] == '/';
                text.Append(slash ? "(?:[^/]+/)*" : ".*");
                i += slash ? 2 : 1;
            }
            else if (glob[i] == '[' && glob.IndexOf(']', i + 1) is > 0 and var end)
            {
                var set = glob[(i + 1)..end];
                text.Append(set.StartsWith('!') || set.StartsWith('^') ? "[^" + Set(set[1..]) + "]" : "[" + Set(set) + "]");
                i = end;
            }
            else if (glob[i] == '{' && glob.IndexOf('}', i + 1) is > 0 and var close)
            {
                text.Append("(?:").AppendJoin('|', glob[(i + 1)..close].Split(',').Select(Regex.Escape)).Append(')');
                i = close;
            }
            else
            {
                text.Append(glob[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape(c.ToString()) });
            }
        }

        return new Regex(text.Append('$').ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, _patience);
    }

    private static string Set(string set) => set.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
}
