namespace Caisson.Bench.Peers;

/// <summary>Bare bwrap with the same namespaces, the same system and the same workspace as <c>caisson run</c>.</summary>
internal static class Bubblewrap
{
    public static List<string> Command(string workspace, params string[] program)
    {
        List<string> command =
        [
            ChildProgram.Find("bwrap") ?? "/usr/bin/bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
            "--disable-userns", "--uid", "1000", "--gid", "1000", "--ro-bind", "/usr", "/usr",
        ];
        foreach (var name in (string[])["bin", "sbin", "lib", "lib64"])
        {
            if (new DirectoryInfo($"/{name}") is { Exists: true, LinkTarget: { } target })
                command.AddRange(["--symlink", target, $"/{name}"]);
        }

        command.AddRange(["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", workspace, workspace, "--chdir", workspace]);
        command.AddRange(["--cap-drop", "ALL", "--new-session", "--die-with-parent", "--", .. program]);
        return command;
    }
}
