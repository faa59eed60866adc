using Caisson.Core.Sandboxes;

namespace Caisson.Settings.Protection;

/// <summary>The protected paths of one root while it is searched; a path that leads through a link is cut at the link.</summary>
internal sealed class ProtectedFinds
{
    private const int MostLinks = 8;

    private readonly SortedDictionary<string, ProtectedPath> _paths = new(StringComparer.Ordinal);

    public ProtectedFinds(string root) => Root = RealPath.Of(Path.GetFullPath(root)) ?? Path.GetFullPath(root);

    public string Root { get; }

    public string Absolute(string relative) => Path.Join(Root, relative);

    public bool IsProtected(string relative) => _paths.ContainsKey(relative);

    /// <summary>The path relative to the root, or null when it is outside or the root itself.</summary>
    public string? Relative(string absolute) =>
        absolute.StartsWith(Root.TrimEnd('/') + '/', StringComparison.Ordinal) ? absolute[(Root.TrimEnd('/').Length + 1)..] : null;

    public void Add(string relative, bool isDirectory) => Add(relative, isDirectory, MostLinks);

    public ProtectedSet ToSet(bool complete)
    {
        var parents = new SortedDictionary<string, PinnedParent>(StringComparer.Ordinal);
        foreach (var path in _paths.Keys)
        {
            for (var parent = path; parent.Length > 0;)
            {
                parent = Path.GetDirectoryName(parent) ?? "";
                if (!parents.ContainsKey(parent) && FileIdentity.Of(Absolute(parent)) is { IsDirectory: true } identity)
                    parents[parent] = new PinnedParent(parent, identity.Device, identity.Inode);
            }
        }

        return new ProtectedSet([.. _paths.Values], [.. parents.Values], complete);
    }

    private void Add(string relative, bool isDirectory, int links)
    {
        var parts = relative.Split('/');
        for (var length = 1; length <= parts.Length; length++)
        {
            var part = string.Join('/', parts[..length]);
            var identity = FileIdentity.Of(Absolute(part));
            if (identity is { IsLink: true })
            {
                _paths[part] = new ProtectedPath(part, IsDirectory: length < parts.Length || isDirectory, Exists: true) { IsLink = true };

                // What the link leads to is obeyed all the same: if it lies in the workspace, it is protected there.
                if (links > 0 && RealPath.Of(Absolute(relative)) is { } real && Relative(real) is { } target)
                    Add(target, isDirectory, links - 1);
                return;
            }

            if (length < parts.Length && identity is { IsDirectory: true })
                continue;
            if (length == parts.Length)
                _paths[part] = new ProtectedPath(part, identity?.IsDirectory ?? isDirectory, identity is not null);
            else if (identity is null)
                _paths[relative] = new ProtectedPath(relative, isDirectory, Exists: false);
            else
                _paths[part] = new ProtectedPath(part, IsDirectory: false, Exists: true);
            return;
        }
    }
}
