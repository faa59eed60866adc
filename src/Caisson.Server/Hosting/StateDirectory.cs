namespace Caisson.Server.Hosting;

/// <summary>Where a server keeps its state unless told otherwise.</summary>
internal static class StateDirectory
{
    /// <summary>The directory for the user this process runs as.</summary>
    public static string Default()
    {
        if (Environment.UserName == "root")
            return "/var/lib/caisson";
        var home = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        return Path.IsPathFullyQualified(home ?? "")
            ? Path.Combine(home!, "caisson")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state", "caisson");
    }

    /// <summary>Makes the directory, for its owner alone.</summary>
    public static string Ensure(string path) =>
        Directory.CreateDirectory(Path.GetFullPath(path), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
}
