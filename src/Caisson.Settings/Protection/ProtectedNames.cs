namespace Caisson.Settings.Protection;

/// <summary>Files and directories through which a workspace makes programs outside run its code.</summary>
internal static class ProtectedNames
{
    public static IReadOnlyList<string> Files { get; } =
    [
        ".gitconfig", ".gitmodules", ".bashrc", ".bash_profile", ".zshrc", ".zprofile", ".profile", ".ripgreprc", ".mcp.json", ".envrc", ".npmrc",
    ];

    public static IReadOnlyList<string> Directories { get; } = [".vscode", ".idea", ".cursor"];

    public static IReadOnlyList<string> ClaudeDirectories { get; } = ["commands", "agents"];

    public static IReadOnlyList<string> ClaudeFiles { get; } = ["settings.json", "settings.local.json"];

    /// <summary>Parts of a repository's own directory that stay read-only present or not.</summary>
    public static IReadOnlyList<string> GitDirectories { get; } = ["hooks", "info"];

    /// <summary>Leads git to the configuration of another repository; absent, it is held by one that leads back to its own.</summary>
    public const string GitCommonDirectory = "commondir";

    /// <summary>Files that lead git to another configuration; an empty one in their place would break it, so absent ones are left alone.</summary>
    public static IReadOnlyList<string> GitPointers { get; } = ["config.worktree", "gitdir"];

    /// <summary>Whether a file of that name is protected wherever it lies.</summary>
    public static bool IsFile(string name) => Files.Contains(name, StringComparer.Ordinal);

    /// <summary>Whether a directory of that name is protected wherever it lies.</summary>
    public static bool IsDirectory(string name) => Directories.Contains(name, StringComparer.Ordinal);

    /// <summary>Whether the insides of a directory of that name are never searched.</summary>
    public static bool IsSkipped(string name) => name is "node_modules" or ".git";

    /// <summary>Whether an absolute path is protected by its name alone, or lies in something that is.</summary>
    public static bool Cover(string path, bool allowGitConfig)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var parent = i > 0 ? parts[i - 1] : "";
            if (IsFile(parts[i]) || IsDirectory(parts[i])
                || (parent == ".git" && (GitDirectories.Contains(parts[i], StringComparer.Ordinal) || (parts[i] == "config" && !allowGitConfig)))
                || (parent == ".claude" && (ClaudeDirectories.Contains(parts[i], StringComparer.Ordinal)
                    || (parts[i].StartsWith("settings", StringComparison.Ordinal) && parts[i].EndsWith(".json", StringComparison.Ordinal)))))
                return true;
        }

        return false;
    }
}
