using System.Globalization;
using System.Text;
using Caisson.Linux.Files;
using Caisson.Linux.Interop;
using Caisson.Walls.Doors;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Walls.Staging;

/// <summary>The host's own system as a sandbox sees it when it brings no root of its own: /usr, and the few files of /etc that programs need.</summary>
internal static class HostSystem
{
    private const long LargestCopy = 64 << 10;
    private const long Closed = StageScript.ReadOnly | StageScript.NoSuid | StageScript.NoDev;

    private static readonly string[] _etc =
    [
        "alternatives", "ca-certificates", "ca-certificates.conf", "ssl/certs", "ssl/openssl.cnf", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime",
        "timezone", "mime.types", "python3", "python3.11", "java-17-openjdk", "fonts", "magic", "protocols", "services", "terminfo", "bash.bashrc", "inputrc", "nanorc", "debian_version", "os-release",
        "login.defs", "gai.conf", "perl", "R", "gtk-3.0", "dotnet",
    ];

    private static readonly string[] _links = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    /// <summary>Looks for what of it there is.</summary>
    public static IReadOnlyList<HostSystemEntry> Find() => [.. _links.Select(FindLink).Concat(_etc.Select(name => FindConfiguration($"/etc/{name}"))).OfType<HostSystemEntry>()];

    /// <summary>Adds the steps that compose it at a path; what is opened for them must live until they were made.</summary>
    /// <param name="stage">Where the steps go.</param>
    /// <param name="root">A directory that is there and empty.</param>
    /// <param name="entries">What there is of it.</param>
    /// <param name="content">What is particular to the sandbox.</param>
    /// <param name="opened">Takes what must live.</param>
    public static void Add(StageScript stage, string root, IReadOnlyList<HostSystemEntry> entries, HostSystemContent content, List<SafeFileHandle> opened)
    {
        stage.Mount("root", root, "tmpfs", Flags.MS_NOSUID | Flags.MS_NODEV, "mode=755,size=4m");
        foreach (var directory in (string[])["/usr", "/etc/ssl", "/.caisson", "/var/tmp", "/tmp", "/home/user", "/run", "/root", "/proc", "/dev"])
            stage.MakeDirectories(root, directory);
        stage.Bind("/usr", $"{root}/usr", Closed);
        foreach (var entry in entries)
            AddEntry(stage, root, entry);
        foreach (var (path, text) in Files(content))
            stage.Write(root + path, Encoding.UTF8.GetBytes(text));
        if (content.Authority is not null && File.Exists(GatewayTrust.Bundle))
            AddBundle(stage, root, content.Authority, opened);
        AddRoom(stage, root, content);
    }

    private static HostSystemEntry? FindLink(string path) => new DirectoryInfo(path) is { Exists: true } directory
        ? new HostSystemEntry(path, directory.LinkTarget, IsDirectory: true, null)
        : null;

    private static HostSystemEntry? FindConfiguration(string path)
    {
        if (Directory.Exists(path))
            return new HostSystemEntry(path, null, IsDirectory: true, null);
        var file = new FileInfo(path);
        if (file.Exists && file.LinkTarget is not null)
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        if (!file.Exists)
            return null;
        // A copy of what everybody may read costs less than a mount, which would keep the owner and the mode.
        var isCopied = file.Length <= LargestCopy && file.UnixFileMode.HasFlag(UnixFileMode.OtherRead);
        return new HostSystemEntry(path, null, IsDirectory: false, isCopied ? (int)file.Length : null);
    }

    private static void AddEntry(StageScript stage, string root, HostSystemEntry entry)
    {
        var place = root + entry.Path;
        switch (entry)
        {
            case { Link: { } target }:
                stage.Link(target, place);
                return;
            case { CopiedBytes: { } length }:
                stage.Copy(place, entry.Path, length);
                return;
            case { IsDirectory: true }:
                stage.MakeDirectories(root, entry.Path);
                break;
            default:
                stage.MakeFile(place);
                break;
        }

        stage.Bind(entry.Path, place, Closed);
    }

    // The gateway's own authority comes at the end of a copy that covers the host's bundle.
    private static void AddBundle(StageScript stage, string root, string authority, List<SafeFileHandle> opened)
    {
        var bundle = Encoding.UTF8.GetBytes($"{File.ReadAllText(GatewayTrust.Bundle)}\n{authority}");
        var file = MemoryFile.Create("bundle", bundle);
        opened.Add(file);
        stage.Copy($"{root}/.caisson/bundle", file, bundle.Length);
        stage.Bind($"{root}/.caisson/bundle", root + GatewayTrust.Bundle, Closed);
    }

    // Where the sandbox may write, each with a bound and owned by its user.
    private static void AddRoom(StageScript stage, string root, HostSystemContent content)
    {
        foreach (var (path, mode) in ((string, string)[])[("/tmp", "1777"), ("/var/tmp", "1777"), ("/home/user", "755"), ("/run", "755")])
        {
            var options = string.Create(CultureInfo.InvariantCulture, $"mode={mode},size={content.DiskBytes},uid={content.Owner},gid={content.Owner}");
            stage.Mount("room", root + path, "tmpfs", Flags.MS_NOSUID | Flags.MS_NODEV, options);
        }
    }

    private static IEnumerable<(string Path, string Content)> Files(HostSystemContent content)
    {
        yield return ("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nuser:x:1000:1000:user:/home/user:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
        yield return ("/etc/group", "root:x:0:\nuser:x:1000:\nnogroup:x:65534:\n");
        yield return ("/etc/hosts", $"127.0.0.1 localhost {content.HostName}\n::1 localhost ip6-localhost ip6-loopback\n");
        yield return ("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:5 attempts:2\n");
        yield return ("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n");
        yield return ("/etc/gitconfig", "[core]\n\texcludesFile = /etc/gitignore\n");
        yield return ("/etc/gitignore", string.Concat(content.Ignored.Select(path => $"/{path}\n")));
    }
}
