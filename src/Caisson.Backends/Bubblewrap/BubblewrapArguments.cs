using System.Globalization;
using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.Bubblewrap;

/// <summary>The command line of bwrap for one sandbox.</summary>
internal static class BubblewrapArguments
{
    private const long SharedMemoryBytes = 64L << 20;

    // What root inside keeps, over the sandbox's own ids only; the guest alone has the right to drop more.
    private static readonly string[] _capabilities =
        ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_SYS_CHROOT", "CAP_SETFCAP"];

    private static readonly string[] _maskedFiles = ["kcore", "keys", "kallsyms", "timer_list", "sched_debug", "latency_stats", "interrupts", "kpagecount", "kpageflags"];
    private static readonly string[] _maskedDirectories = ["acpi", "scsi"];

    public static List<string> Build(StartRequest request, WallSources sources, SafeFileHandle? userNamespace, string? authority, List<SafeFileHandle> inherited)
    {
        var hostName = request.Id.Value;
        List<string> arguments = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", hostName, "--clearenv", "--as-pid-1"];
        if (userNamespace is not null)
        {
            inherited.Add(userNamespace);
            arguments.AddRange(["--userns", Number(userNamespace), "--uid", "0", "--gid", "0"]);
        }
        else
        {
            arguments.AddRange(["--unshare-user", "--disable-userns", "--uid", "1000", "--gid", "1000"]);
        }

        AddRoot(arguments, request, sources, authority, inherited);
        arguments.AddRange(["--proc", "/proc", "--dev", "/dev", "--size", Number(SharedMemoryBytes), "--perms", "1777", "--tmpfs", "/dev/shm"]);
        foreach (var name in _maskedFiles.Where(n => File.Exists($"/proc/{n}")))
            arguments.AddRange(["--ro-bind", "/dev/null", $"/proc/{name}"]);
        foreach (var name in _maskedDirectories.Where(n => Directory.Exists($"/proc/{n}")))
            arguments.AddRange(["--tmpfs", $"/proc/{name}", "--remount-ro", $"/proc/{name}"]);
        foreach (var mount in request.Spec.Mounts)
            AddMount(arguments, mount, sources);
        // bwrap makes these with room for anything: nothing may be kept there.
        arguments.AddRange(["--remount-ro", "/dev"]);
        if (!request.Root.Writable)
            arguments.AddRange(["--remount-ro", "/"]);
        arguments.AddRange(["--chdir", "/", "--cap-drop", "ALL"]);
        if (userNamespace is not null)
            arguments.AddRange(_capabilities.SelectMany(c => new[] { "--cap-add", c }));
        return arguments;
    }

    private static void AddRoot(List<string> arguments, StartRequest request, WallSources sources, string? authority, List<SafeFileHandle> inherited)
    {
        if (sources.Root is { } root)
        {
            arguments.AddRange(["--bind", root, "/"]);
            return;
        }

        var standIns = request.Spec.Mounts.SelectMany(m => m.Protected.Where(p => MountPoints.IsStandIn($"{m.Source}/{p.RelativePath}"))).Select(p => p.RelativePath);
        HostSystem.Add(arguments, inherited, request.Id.Value, authority, standIns);
        var size = Number(request.Spec.Resources.DiskBytes);
        arguments.AddRange(["--size", size, "--perms", "1777", "--tmpfs", "/tmp", "--size", size, "--perms", "1777", "--tmpfs", "/var/tmp"]);
        arguments.AddRange(["--size", size, "--perms", "0755", "--tmpfs", "/home/user", "--size", size, "--tmpfs", "/run", "--dir", "/root"]);
    }

    private static void AddMount(List<string> arguments, Mount mount, WallSources sources)
    {
        var source = sources.Of(mount);
        arguments.AddRange([mount.ReadOnly ? "--ro-bind" : "--bind", source, mount.Target]);
        if (!mount.ReadOnly && !sources.Protects)
            Protect(arguments, mount, source);
        foreach (var path in mount.Hidden)
            AddHidden(arguments, $"{mount.Source}/{path}", $"{mount.Target}/{path}");
    }

    private static void Protect(List<string> arguments, Mount mount, string source)
    {
        foreach (var above in mount.ProtectedParents())
            arguments.AddRange(["--bind", $"{source}/{above}", $"{mount.Target}/{above}"]);
        foreach (var path in mount.Protected)
            arguments.AddRange(["--ro-bind", $"{source}/{path.RelativePath}", $"{mount.Target}/{path.RelativePath}"]);
    }

    private static void AddHidden(List<string> arguments, string source, string target)
    {
        if (Directory.Exists(source))
            arguments.AddRange(["--tmpfs", target, "--remount-ro", target]);
        else if (File.Exists(source))
            arguments.AddRange(["--ro-bind", "/dev/null", target]);
    }

    private static string Number(SafeFileHandle handle) => handle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
