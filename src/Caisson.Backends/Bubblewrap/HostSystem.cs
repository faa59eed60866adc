using System.Text;
using Caisson.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.Bubblewrap;

/// <summary>The host's own system as a sandbox sees it when it brings no root of its own: /usr, and the few files of /etc that programs need.</summary>
internal static class HostSystem
{
    private static readonly string[] _etc =
    [
        "alternatives", "ca-certificates", "ca-certificates.conf", "ssl/certs", "ssl/openssl.cnf", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime",
        "timezone", "mime.types", "python3", "python3.11", "java-17-openjdk", "fonts", "magic", "protocols", "services", "terminfo", "bash.bashrc", "inputrc", "nanorc", "debian_version", "os-release",
        "login.defs", "gai.conf", "perl", "R", "gtk-3.0", "dotnet",
    ];

    /// <summary>Adds it to a command line; the descriptors must be inherited. Git takes no notice of ignored paths.</summary>
    public static void Add(List<string> arguments, List<SafeFileHandle> inherited, string hostName, IEnumerable<string> ignored)
    {
        arguments.AddRange(["--ro-bind", "/usr", "/usr"]);
        foreach (var name in (string[])["bin", "sbin", "lib", "lib32", "lib64", "libx32"])
        {
            if (new DirectoryInfo($"/{name}") is { Exists: true, LinkTarget: { } target })
                arguments.AddRange(["--symlink", target, $"/{name}"]);
            else if (Directory.Exists($"/{name}"))
                arguments.AddRange(["--ro-bind", $"/{name}", $"/{name}"]);
        }

        arguments.AddRange(["--perms", "0755", "--dir", "/etc", "--perms", "0755", "--dir", "/.caisson", "--perms", "0755", "--dir", "/var"]);
        foreach (var name in _etc.Where(n => Path.Exists($"/etc/{n}")))
            arguments.AddRange(["--ro-bind", $"/etc/{name}", $"/etc/{name}"]);
        foreach (var (path, content) in Files(hostName, ignored))
        {
            var file = MemoryFile.Create("etc", Encoding.UTF8.GetBytes(content));
            inherited.Add(file);
            arguments.AddRange(["--perms", "0644", "--ro-bind-data", $"{file.DangerousGetHandle()}", path]);
        }
    }

    private static IEnumerable<(string Path, string Content)> Files(string hostName, IEnumerable<string> ignored)
    {
        yield return ("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nuser:x:1000:1000:user:/home/user:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
        yield return ("/etc/group", "root:x:0:\nuser:x:1000:\nnogroup:x:65534:\n");
        yield return ("/etc/hosts", $"127.0.0.1 localhost {hostName}\n::1 localhost ip6-localhost ip6-loopback\n");
        yield return ("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:5 attempts:2\n");
        yield return ("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n");
        yield return ("/etc/gitconfig", "[core]\n\texcludesFile = /etc/gitignore\n");
        yield return ("/etc/gitignore", string.Concat(ignored.Select(path => $"/{path}\n")));
    }
}
