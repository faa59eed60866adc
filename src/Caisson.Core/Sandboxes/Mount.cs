namespace Caisson.Core.Sandboxes;

/// <summary>One host path shown inside a sandbox.</summary>
/// <param name="Source">Absolute host path; symbolic links are resolved once, at start.</param>
/// <param name="Target">Absolute path inside.</param>
/// <param name="ReadOnly">Whether writing through it is refused.</param>
public sealed record Mount(string Source, string Target, bool ReadOnly)
{
    /// <summary>Paths below <see cref="Target"/>, relative to it, that stay read-only even though the mount is writable, present or not.</summary>
    public IReadOnlyList<ProtectedPath> Protected { get; init; } = [];

    /// <summary>The directories between the mount and its protected paths, relative to it, the shallower first: they must not be renamed away.</summary>
    public IEnumerable<string> ProtectedParents() => Protected
        .SelectMany(path => path.RelativePath.Split('/') is var parts ? Enumerable.Range(1, parts.Length - 1).Select(depth => string.Join('/', parts[..depth])) : [])
        .Distinct(StringComparer.Ordinal)
        .OrderBy(path => path.Count(c => c == '/'));

    /// <summary>Paths below <see cref="Target"/>, relative to it, that are hidden: an empty directory or an empty file stands there.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>Whether it is a volume: its owner is not the sandbox's, and its target must lie below no link of the sandbox's root.</summary>
    public bool IsVolume { get; init; }
}
