using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Backends.Wasm;

/// <summary>What a WebAssembly sandbox sees of a file system: the home, a place for temporary files, and what is mounted.</summary>
internal sealed class Trees(SandboxSpec spec)
{
    public const string Home = "/home/user";
    private const int MostSegments = 128;

    private readonly List<string> _paths = [Home, "/tmp", .. spec.Mounts.Select(mount => mount.Target.TrimEnd('/'))];

    /// <summary>The worker's options that name them.</summary>
    public IEnumerable<string> Options() =>
    [
        "--tree", Home, "--tree", "/tmp", .. spec.Mounts.SelectMany(mount => (string[])[mount.ReadOnly ? "--read-only" : "--tree", mount.Target.TrimEnd('/')]),
    ];

    /// <summary>The absolute path that is meant, free of dots: NotFound when it lies in none of them.</summary>
    public string Require(string path)
    {
        var absolute = path switch
        {
            "" => throw new CaissonException(ErrorCode.InvalidArgument, "the path is empty"),
            "~" => Home,
            ['~', '/', .. var rest] => Path.GetFullPath(rest, Home),
            _ => Path.GetFullPath(path, Home),
        };
        absolute = absolute.Length > 1 ? absolute.TrimEnd('/') : absolute;
        if (absolute.Contains('\0') || absolute.Count(c => c == '/') > MostSegments)
            throw new CaissonException(ErrorCode.InvalidArgument, "the path is not one that a file can have");
        return Holds(absolute)
            ? absolute
            : throw new CaissonException(ErrorCode.NotFound, $"{absolute} lies outside what this sandbox has: {string.Join(", ", _paths)}");
    }

    /// <summary>Whether a path lies in one of them, by its text.</summary>
    public bool Holds(string path) => _paths.Exists(tree => path == tree || path.StartsWith(tree + "/", StringComparison.Ordinal));

    /// <summary>The paths between a tree and a path in it, the shallower first, and the path itself.</summary>
    public IEnumerable<string> Steps(string path)
    {
        var tree = _paths.Where(one => path == one || path.StartsWith(one + "/", StringComparison.Ordinal)).MinBy(one => one.Length) ?? path;
        for (var end = path.IndexOf('/', Math.Min(path.Length, tree.Length + 1)); end >= 0; end = path.IndexOf('/', end + 1))
            yield return path[..end];
        if (path != tree)
            yield return path;
    }
}
