using System.Globalization;
using Caisson.Core.Backends;
using Caisson.Walls.Launching;
using Caisson.Walls.Staging;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.Bubblewrap;

/// <summary>The command line of bwrap for one sandbox.</summary>
internal static class BubblewrapArguments
{
    public static List<string> Build(StartRequest request, StagedRoot root, SafeFileHandle? userNamespace, List<SafeFileHandle> inherited)
    {
        List<string> arguments = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", request.Id.Value, "--clearenv", "--as-pid-1"];
        if (userNamespace is not null)
        {
            inherited.Add(userNamespace);
            arguments.AddRange(["--userns", userNamespace.DangerousGetHandle().ToString(CultureInfo.InvariantCulture), "--uid", "0", "--gid", "0"]);
        }
        else
        {
            arguments.AddRange(["--unshare-user", "--disable-userns", "--uid", "1000", "--gid", "1000"]);
        }

        // The root has the right attributes on each of its mounts already; its devices must stay devices.
        arguments.AddRange(["--dev-bind", root.Path, "/", "--proc", "/proc"]);
        foreach (var mount in root.Nested)
            arguments.AddRange(["--bind", mount.Path, mount.Target]);
        arguments.AddRange(["--chdir", "/", "--cap-drop", "ALL"]);
        if (userNamespace is not null)
            arguments.AddRange(GuestCapabilities.Names.SelectMany(c => new[] { "--cap-add", c }));
        // Over the sandbox's own namespaces only; what it needs of the kernel besides, its filter says.
        if (request.Spec.Nesting)
            arguments.AddRange(["--cap-add", "CAP_SYS_ADMIN"]);
        return arguments;
    }
}
