namespace Caisson.Settings.Protection;

/// <summary>Finds what must stay read-only below a writable root: hooks, shell and editor start-up files, agent settings.</summary>
public static class ProtectedPaths
{
    /// <summary>Looks at the root always, and below it within the options' bounds; never follows a link.</summary>
    public static ProtectedSet Find(string root, ProtectionOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var found = new ProtectedFinds(root);
        if (!Directory.Exists(found.Root))
            return found.ToSet(complete: true);
        var repositories = new RepositoryProtection(found, options);
        var started = time.GetTimestamp();
        AddTop(found, repositories);

        var complete = true;
        var seen = 0;
        var waiting = new Queue<(string Directory, int Depth)>([("", 0)]);
        while (waiting.TryDequeue(out var next))
        {
            cancellation.ThrowIfCancellationRequested();
            if (++seen > options.Directories || time.GetElapsedTime(started) > options.Time)
            {
                complete = false;
                break;
            }

            try
            {
                foreach (var entry in new DirectoryInfo(Path.Join(found.Root, next.Directory)).EnumerateFileSystemInfos())
                {
                    var relative = next.Directory.Length == 0 ? entry.Name : $"{next.Directory}/{entry.Name}";
                    AddNested(found, repositories, next.Directory, entry.Name);
                    if (next.Depth < options.Depth && entry is DirectoryInfo && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint)
                        && !ProtectedNames.IsSkipped(entry.Name) && !found.IsProtected(relative))
                        waiting.Enqueue((relative, next.Depth + 1));
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                complete = false;
            }
        }

        return found.ToSet(complete);
    }

    private static void AddTop(ProtectedFinds found, RepositoryProtection repositories)
    {
        foreach (var name in ProtectedNames.Files)
            found.Add(name, isDirectory: false);
        foreach (var name in ProtectedNames.Directories)
            found.Add(name, isDirectory: true);
        AddClaude(found, ".claude", presentOnly: false);

        // The root may itself be what is protected elsewhere as a child: agent settings, or the repository of a worktree.
        if (Path.GetFileName(found.Root) == ".claude")
            AddClaude(found, "", presentOnly: false);
        if (repositories.IsRepository(""))
            repositories.AddBare("");
        else
            repositories.Add("");
    }

    private static void AddNested(ProtectedFinds found, RepositoryProtection repositories, string directory, string name)
    {
        var relative = directory.Length == 0 ? name : $"{directory}/{name}";
        if (ProtectedNames.IsFile(name))
            found.Add(relative, isDirectory: false);
        else if (ProtectedNames.IsDirectory(name))
            found.Add(relative, isDirectory: true);
        else if (name == ".claude")
            AddClaude(found, relative, presentOnly: true);
        else if (name == ".git" && directory.Length > 0)
            repositories.Add(directory);
        else if (name == "HEAD" && repositories.IsRepository(directory))
            repositories.AddBare(directory);
    }

    private static void AddClaude(ProtectedFinds found, string claude, bool presentOnly)
    {
        var prefix = claude.Length == 0 ? "" : claude + '/';
        var itself = FileIdentity.Of(found.Absolute(claude));
        foreach (var name in ProtectedNames.ClaudeDirectories.Where(Wanted))
            found.Add(prefix + name, isDirectory: true);
        foreach (var name in ProtectedNames.ClaudeFiles.Where(Wanted))
            found.Add(prefix + name, isDirectory: false);
        if (itself is not { IsDirectory: true })
            return;
        foreach (var file in Directory.EnumerateFiles(found.Absolute(claude), "settings*.json"))
            found.Add(prefix + Path.GetFileName(file), isDirectory: false);

        bool Wanted(string name) => !presentOnly || itself is { IsLink: true } || FileIdentity.Of(found.Absolute(prefix + name)) is not null;
    }
}
