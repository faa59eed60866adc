using Caisson.Core.Failures;

namespace Caisson.Linux.Volumes;

/// <summary>A path of a volume, relative to its root.</summary>
/// <param name="Relative">Without a slash before or after, and without <c>.</c> or <c>..</c>; empty for the root.</param>
internal readonly record struct VolumePath(string Relative)
{
    private const int Longest = 4096;

    /// <summary>As callers write it.</summary>
    public string Absolute => "/" + Relative;

    /// <summary>The directory it lies in.</summary>
    public string Parent => Relative.LastIndexOf('/') is var slash and >= 0 ? Relative[..slash] : "";

    /// <summary>Its last part.</summary>
    public string Name => Relative[(Relative.LastIndexOf('/') + 1)..];

    /// <summary>Reads one; <c>..</c> is resolved by text and may not lead above the root.</summary>
    public static VolumePath Parse(string path)
    {
        if (path.Length > Longest || path.Contains('\0', StringComparison.Ordinal))
            throw new CaissonException(ErrorCode.InvalidArgument, "the path is too long or has a NUL in it");
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else
                throw new CaissonException(ErrorCode.InvalidArgument, $"path '{path}' leads out of the volume");
        }

        return new VolumePath(string.Join('/', parts));
    }

    /// <summary>Reads one that is not the root itself.</summary>
    public static VolumePath Below(string path) => Parse(path) is { Relative.Length: > 0 } below
        ? below
        : throw new CaissonException(ErrorCode.InvalidArgument, "the root of a volume cannot be replaced, moved or removed");
}
