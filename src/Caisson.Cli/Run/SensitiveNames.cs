namespace Caisson.Cli.Run;

/// <summary>What a home directory holds that no sandbox should see, should somebody make their home a workspace.</summary>
internal static class SensitiveNames
{
    private static readonly string[] _names =
    [
        ".ssh", ".aws", ".azure", ".gnupg", ".kube", ".docker", ".config/gcloud", ".config/gh", ".config/hub", ".netrc", ".git-credentials", ".pypirc", ".npmrc", ".yarnrc.yml",
        ".password-store", ".local/share/keyrings", ".mozilla", ".config/google-chrome", ".config/chromium", ".bash_history", ".zsh_history", ".python_history", ".psql_history", ".terraform.d",
        ".cargo/credentials", ".cargo/credentials.toml", ".nuget/NuGet", ".claude.json", ".config/op",
    ];

    /// <summary>Those that are there, relative to the home.</summary>
    public static IEnumerable<string> Below(string home) => _names.Where(name => Path.Exists(Path.Combine(home, name)));
}
