using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Backends;
using Caisson.Linux.Files;

namespace Caisson.Server.Templates;

/// <summary>A template of this host: its own /usr, read-only underneath, and a small root of our own around it.</summary>
/// <remarks>Only the files of /etc that programs need are taken along: what the host keeps there for itself stays out.</remarks>
internal sealed class HostTemplate(TemplateDefinition definition, string directory)
{
    private const uint User = 1000;
    private const UnixFileMode Sticky = (UnixFileMode)0x3FF;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly string[] _taken =
    [
        "alternatives", "bash.bashrc", "bash_completion", "bindresvport.blacklist", "ca-certificates", "ca-certificates.conf", "debian_version", "fonts", "gai.conf",
        "inputrc", "issue", "java-17-openjdk", "java-21-openjdk", "ldc2.conf", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "login.defs", "magic", "mime.types", "networks", "os-release", "perl",
        "php", "profile.d", "protocols", "python3", "python3.11", "python3.13", "R", "racket", "rpc", "services", "skel", "ssl/certs", "ssl/openssl.cnf", "terminfo", "timezone",
    ];

    private static readonly (string Path, string Content)[] _written =
    [
        ("etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nuser:x:1000:1000:user:/home/user:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"),
        ("etc/group", "root:x:0:\ndaemon:x:1:\ntty:x:5:\nshadow:x:42:\nsudo:x:27:user\nuser:x:1000:\nnogroup:x:65534:\n"),
        ("etc/shadow", "root:*:19000:0:99999:7:::\nuser:*:19000:0:99999:7:::\n"),
        ("etc/hosts", "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"),
        ("etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:5 attempts:2\n"),
        ("etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n"),
        ("etc/hostname", "sandbox\n"),
        ("etc/shells", "/bin/sh\n/bin/bash\n/usr/bin/bash\n"),
        ("etc/profile", "# The guest sets PATH; a login shell keeps it.\nif [ \"${PS1-}\" ] && [ \"${BASH-}\" ] && [ -f /etc/bash.bashrc ]; then . /etc/bash.bashrc; fi\nfor i in /etc/profile.d/*.sh; do if [ -r \"$i\" ]; then . \"$i\"; fi; done\nunset i\n"),
    ];

    private readonly Lazy<RootFileSystem> _root = new(() => Build(definition, directory));

    /// <summary>What it is made of.</summary>
    public TemplateDefinition Definition => definition;

    /// <summary>Whether <see cref="Root"/> is there at once.</summary>
    public bool IsBuilt => _root.IsValueCreated;

    /// <summary>The root file system, built at first use.</summary>
    public RootFileSystem Root => _root.Value;

    private static RootFileSystem Build(TemplateDefinition definition, string directory)
    {
        string[] taken = [.. _taken, .. definition.Settings];
        // What is installed later changes these; the copies of an earlier time would lead nowhere.
        var installed = string.Join('\n', ((string[])["/etc/ld.so.cache", "/etc/alternatives"]).Select(path => File.GetLastWriteTimeUtc(path).Ticks));
        var content = string.Join('\n', _written.Select(w => w.Path + w.Content)) + string.Join('\n', taken) + installed;
        var address = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..16];
        var layer = Path.Combine(directory, $"{definition.Name}-{address}");
        if (!Directory.Exists(layer))
        {
            var making = $"{layer}.{Guid.NewGuid():N}";
            BuildRoot($"{making}/root", taken);
            BuildUsr($"{making}/usr");
            Directory.Move(making, layer);
        }

        return new RootFileSystem([new LayerTree("/", [$"{layer}/root"]), new LayerTree("/usr", ["/usr", $"{layer}/usr"])], Writable: true, MultiUser: true);
    }

    private static void BuildRoot(string root, IEnumerable<string> taken)
    {
        foreach (var name in (string[])["dev", "etc", "home/user", "media", "mnt", "opt", "proc", "root", "run/e2b", "run/lock", "srv", "sys", "tmp", "usr", "var/cache", "var/lib", "var/log", "var/spool", "var/tmp", ".caisson"])
            Directory.CreateDirectory(Path.Combine(root, name));
        foreach (var name in (string[])["bin", "sbin", "lib", "lib32", "lib64", "libx32"])
        {
            if (new DirectoryInfo($"/{name}").LinkTarget is { } target)
                File.CreateSymbolicLink(Path.Combine(root, name), target);
        }

        foreach (var name in taken.Where(n => Path.Exists($"/etc/{n}")))
            TreeCopy.Copy($"/etc/{name}", Path.Combine(root, "etc", name));
        foreach (var (path, text) in _written)
            File.WriteAllText(Path.Combine(root, path), text);
        if (Directory.Exists("/etc/skel"))
            TreeCopy.Copy("/etc/skel", Path.Combine(root, "home/user"));

        File.SetUnixFileMode(Path.Combine(root, "tmp"), Sticky);
        File.SetUnixFileMode(Path.Combine(root, "var/tmp"), Sticky);
        File.SetUnixFileMode(Path.Combine(root, "root"), Private);
        File.SetUnixFileMode(Path.Combine(root, "etc/shadow"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        FileOwner.Set(Path.Combine(root, "home/user"), User, User);
        foreach (var path in Directory.EnumerateFileSystemEntries(Path.Combine(root, "home/user")))
            FileOwner.Set(path, User, User);
    }

    // Laid over the host's: names that E2B's clients expect and Debian leaves to the administrator.
    private static void BuildUsr(string usr)
    {
        Directory.CreateDirectory(Path.Combine(usr, "local/bin"));
        if (!File.Exists("/usr/bin/python") && File.Exists("/usr/bin/python3"))
            File.CreateSymbolicLink(Path.Combine(usr, "local/bin/python"), "/usr/bin/python3");
    }
}
