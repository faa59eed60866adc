namespace Caisson.Settings.Protection;

/// <summary>Protects what makes git run code: hooks, configuration and the files that point to them.</summary>
internal sealed class RepositoryProtection(ProtectedFinds found, ProtectionOptions options)
{
    private const int MostModules = 500, LargestPointer = 4096;

    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    /// <summary>Protects the repository whose work tree is a directory below the root, if only by reserving its places.</summary>
    public void Add(string workTree)
    {
        var git = Join(workTree, ".git");
        var identity = FileIdentity.Of(found.Absolute(git));
        if (identity is null or { IsDirectory: true })
        {
            AddDirectory(git, workTree);
            return;
        }

        // A link or a file (worktree, submodule): it stays, and so does what it leads to where that lies in the workspace.
        found.Add(git, isDirectory: false);
        var target = identity.Value.IsLink ? RealPath.Of(found.Absolute(git)) : Follow(found.Absolute(git), "gitdir:");
        if (target is not null && found.Relative(target) is { } inside)
            AddDirectory(inside, workTree);
    }

    /// <summary>Whether git would take the directory itself for a repository.</summary>
    public bool IsRepository(string directory) =>
        FileIdentity.Of(found.Absolute(Join(directory, "HEAD"))) is not null && FileIdentity.Of(found.Absolute(Join(directory, "objects"))) is not null;

    /// <summary>Protects a repository that has no work tree of its own.</summary>
    public void AddBare(string directory) => AddDirectory(directory, directory);

    private void AddDirectory(string git, string workTree)
    {
        if (!_done.Add(git))
            return;
        foreach (var name in ProtectedNames.GitDirectories)
            found.Add(Join(git, name), isDirectory: true);
        if (!options.AllowGitConfig)
            found.Add(Join(git, "config"), isDirectory: false);
        found.Add(Join(git, ProtectedNames.GitCommonDirectory), isDirectory: false);
        foreach (var name in ProtectedNames.GitPointers)
        {
            if (FileIdentity.Of(found.Absolute(Join(git, name))) is not null)
                found.Add(Join(git, name), isDirectory: false);
        }

        AddConfigured(git, workTree);
        if (Follow(found.Absolute(Join(git, "commondir")), "") is { } common && found.Relative(common) is { } inside)
            AddDirectory(inside, workTree);
        AddBelow(Join(git, "modules"), workTree, depth: 4);
        AddBelow(Join(git, "worktrees"), workTree, depth: 1);
    }

    private void AddConfigured(string git, string workTree)
    {
        foreach (var name in new[] { "config", "config.worktree" })
        {
            var file = found.Absolute(Join(git, name));
            if (FileIdentity.Of(file) is not { IsDirectory: false, IsLink: false })
                continue;
            var (hooks, includes) = GitConfigFile.Read(file);
            foreach (var path in hooks)
                AddPointed(path, found.Absolute(workTree), isDirectory: true);
            foreach (var path in includes)
                AddPointed(path, found.Absolute(git), isDirectory: false);
        }
    }

    private void AddPointed(string path, string from, bool isDirectory)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || path.StartsWith('~'))
            return;
        if (found.Relative(Path.GetFullPath(path, from)) is { } relative)
            found.Add(relative, isDirectory);
    }

    // Submodules keep their repositories in modules/NAME, where a name may have slashes; worktrees keep theirs in worktrees/NAME.
    private void AddBelow(string directory, string workTree, int depth)
    {
        if (depth == 0 || _done.Count > MostModules || FileIdentity.Of(found.Absolute(directory)) is not { IsDirectory: true })
            return;
        foreach (var path in Directory.EnumerateDirectories(found.Absolute(directory)))
        {
            var child = Join(directory, Path.GetFileName(path));
            if (FileIdentity.Of(Path.Join(path, "HEAD")) is not null)
                AddDirectory(child, workTree);
            else
                AddBelow(child, workTree, depth - 1);
        }
    }

    private static string? Follow(string file, string prefix)
    {
        try
        {
            if (FileIdentity.Of(file) is not { IsLink: false, IsDirectory: false } || new FileInfo(file) is not { Length: > 0 and < LargestPointer })
                return null;
            var text = File.ReadAllText(file).Trim();
            return text.StartsWith(prefix, StringComparison.Ordinal) && !text.Contains('\0', StringComparison.Ordinal)
                ? RealPath.Of(Path.GetFullPath(text[prefix.Length..].Trim(), Path.GetDirectoryName(file)!))
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Join(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";
}
