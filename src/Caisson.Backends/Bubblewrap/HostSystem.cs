using System.Text;
using Caisson.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.Bubblewrap;

/// <summary>The host's own system as a sandbox sees it when it brings no root of its own: /usr, and the few files of /etc that programs need.</summary>
internal static class HostSystem
{
    private const long LargestCopy = 64 << 10;

    private static readonly string[] _etc =
    [
        "alternatives", "ca-certificates", "ca-certificates.conf", "ssl/certs", "ssl/openssl.cnf", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime",
        "timezone", "mime.types", "python3", "python3.11", "java-17-openjdk", "fonts", "magic", "protocols", "services", "terminfo", "bash.bashrc", "inputrc", "nanorc", "debian_version", "os-release",
        "login.defs", "gai.conf", "perl", "R", "gtk-3.0", "dotnet",
    ];

    /// <summary>Adds it to a command line; the descriptors must be inherited.</summary>
    public static void Add(List<string> arguments, List<SafeFileHandle> inherited, string hostName)
    {
        arguments.AddRange(["--ro-bind", "/usr", "/usr"]);
        foreach (var name in (string[])["bin", "sbin", "lib", "lib32", "lib64", "libx32"])
        {
            if (new DirectoryInfo($"/{name}") is { Exists: true, LinkTarget: { } target })
                arguments.AddRange(["--symlink", target, $"/{name}"]);
            else if (Directory.Exists($"/{name}"))
                arguments.AddRange(["--ro-bind", $"/{name}", $"/{name}"]);
        }

        arguments.AddRange(["--perms", "0755", "--dir", "/etc", "--perms", "0755", "--dir", "/etc/ssl", "--perms", "0755", "--dir", "/.caisson", "--perms", "0755", "--dir", "/var"]);
        foreach (var path in _etc.Select(n => $"/etc/{n}").Where(Path.Exists))
        {
            if (IsSmall(path))
                AddCopy(arguments, inherited, File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete), path);
            else
                arguments.AddRange(["--ro-bind", path, path]);
        }

        foreach (var (path, content) in Files(hostName))
            AddCopy(arguments, inherited, MemoryFile.Create("etc", Encoding.UTF8.GetBytes(content)), path);
    }

    // A mount costs more than a copy: bwrap reads the table of all mounts for each. The root is made read-only in the end.
    private static void AddCopy(List<string> arguments, List<SafeFileHandle> inherited, SafeFileHandle file, string path)
    {
        inherited.Add(file);
        arguments.AddRange(["--perms", "0644", "--file", $"{file.DangerousGetHandle()}", path]);
    }

    // Only what everybody may read: a mount would keep the owner and the mode, a copy does not.
    private static bool IsSmall(string path) =>
        File.Exists(path) && new FileInfo(path) is var file && (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file) is { Length: <= LargestCopy } real
        && real.UnixFileMode.HasFlag(UnixFileMode.OtherRead);

    private static IEnumerable<(string Path, string Content)> Files(string hostName)
    {
        yield return ("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nuser:x:1000:1000:user:/home/user:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
        yield return ("/etc/group", "root:x:0:\nuser:x:1000:\nnogroup:x:65534:\n");
        yield return ("/etc/hosts", $"127.0.0.1 localhost {hostName}\n::1 localhost ip6-localhost ip6-loopback\n");
        yield return ("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:5 attempts:2\n");
        yield return ("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n");
    }
}
