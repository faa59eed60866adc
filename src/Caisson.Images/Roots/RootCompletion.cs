using System.Text;
using Caisson.Core.Failures;
using Caisson.Linux.Files;

namespace Caisson.Images.Roots;

/// <summary>Adds to an unpacked image what every sandbox counts on and images leave out.</summary>
internal static class RootCompletion
{
    private const uint User = 1000;
    private const int LongestFile = 1 << 20;
    private const int Sticky = 0x3FF;
    private const int Ordinary = 0x1ED;
    private const int Readable = 0x1A4;
    private const int Executable = 0x1ED;

    // What a wall mounts over must be of this very root and no link to elsewhere.
    private static readonly string[] _mountPoints = ["dev", "proc", "sys", ".caisson"];
    private static readonly string[] _mountedFiles = [".caisson/guest", "usr/bin/sudo"];
    private static readonly string[] _directories = ["etc", "run", "usr", "usr/bin", "var", "home", "opt", "mnt", "srv", "usr/local/share/ca-certificates", "etc/ssl/certs"];

    /// <summary>Completes a root.</summary>
    public static void Apply(ContainedTree tree)
    {
        foreach (var path in _mountPoints)
            tree.MakeDirectory(path);
        foreach (var path in _directories)
            tree.EnsureDirectory(path);
        if (tree.KindOf("usr") != FileKind.Directory || tree.KindOf("usr/bin") != FileKind.Directory)
            throw new CaissonException(ErrorCode.Unsupported, "the image's /usr or /usr/bin is a symbolic link, below which a wall cannot mount", "Use an image in which /usr/bin is a directory.");
        foreach (var path in _mountedFiles.Where(path => tree.KindOf(path) != FileKind.Regular))
            Write(tree, path, "", Executable);
        foreach (var path in (string[])["tmp", "var/tmp"])
        {
            tree.EnsureDirectory(path);
            if (tree.KindOf(path) == FileKind.Directory)
                tree.SetAttributes(path, 0, 0, Sticky);
        }

        if (!tree.Exists("root"))
        {
            tree.MakeDirectory("root");
            tree.SetAttributes("root", 0, 0, 0x1C0);
        }

        AddBash(tree);
        AddUser(tree);
        Write(tree, "etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:5 attempts:2\n");
        if (Read(tree, "etc/hosts").Length == 0)
            Write(tree, "etc/hosts", "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n");
    }

    /// <summary>The name of the account that a name or number stands for in a root, or null where there is none.</summary>
    public static string? AccountOf(ContainedTree tree, string user) => Lines(Read(tree, "etc/passwd"))
        .Select(line => line.Split(':'))
        .FirstOrDefault(fields => fields is [var name, _, var number, ..] && (name == user || number == user))?[0];

    // Clients ask for bash by name; scripts for sh run in what there is.
    private static void AddBash(ContainedTree tree)
    {
        using var bash = tree.OpenRead("bin/bash");
        using var sh = tree.OpenRead("bin/sh");
        if (bash is null && sh is not null)
            Write(tree, "bin/bash", "#!/bin/sh\n# This image has no bash.\nexec /bin/sh \"$@\"\n", Executable);
    }

    private static void AddUser(ContainedTree tree)
    {
        var passwd = Lines(Read(tree, "etc/passwd"));
        var group = Lines(Read(tree, "etc/group"));
        if (!passwd.Any(line => line.StartsWith("root:", StringComparison.Ordinal)))
            passwd.Insert(0, "root:x:0:0:root:/root:/bin/sh");
        if (!group.Any(line => line.StartsWith("root:", StringComparison.Ordinal)))
            group.Insert(0, "root:x:0:");
        if (!passwd.Any(line => line.StartsWith("user:", StringComparison.Ordinal)))
        {
            using var bash = tree.OpenRead("bin/bash");
            passwd.Add($"user:x:{User}:{User}:user:/home/user:{(bash is null ? "/bin/sh" : "/bin/bash")}");
            if (!group.Any(line => line.Split(':') is [_, _, var id, ..] && id == "1000"))
                group.Add($"user:x:{User}:");
        }

        Write(tree, "etc/passwd", string.Join('\n', passwd) + "\n");
        Write(tree, "etc/group", string.Join('\n', group) + "\n");
        if (tree.Exists("home/user"))
            return;
        tree.MakeDirectory("home/user");
        tree.SetAttributes("home/user", User, User, Ordinary);
    }

    private static List<string> Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static string Read(ContainedTree tree, string path)
    {
        using var file = tree.OpenRead(path);
        if (file is null)
            return "";
        var buffer = new byte[Math.Min(RandomAccess.GetLength(file), LongestFile)];
        return Encoding.UTF8.GetString(buffer, 0, RandomAccess.Read(file, buffer, 0));
    }

    private static void Write(ContainedTree tree, string path, string text, int mode = Readable)
    {
        using var file = tree.CreateFile(path);
        RandomAccess.Write(file, Encoding.UTF8.GetBytes(text), 0);
        ContainedTree.SetAttributes(file, 0, 0, mode, 0);
    }
}
