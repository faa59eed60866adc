using System.Net.Sockets;
using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Files;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Linux.Sockets;
using Caisson.Walls.Sandboxes;
using Caisson.Walls.Staging;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Walls.Launching;

/// <summary>Starts a wall's program: in the sandbox's groups, with its root composed in a mount namespace of its own.</summary>
internal sealed class WallLaunch : IDisposable
{
    public const string ControlSocket = "control.sock";
    private readonly SafeFileHandle _messages;

    private WallLaunch(int pid, Socket? control, SafeFileHandle messages) => (Pid, Control, _messages) = (pid, control, messages);

    /// <summary>Host pid of the program.</summary>
    public int Pid { get; }

    /// <summary>Our end of the control door of a sandbox that ends with us; null where the guest listens.</summary>
    public Socket? Control { get; }

    /// <summary>What the program and the guest said on standard error.</summary>
    public string Messages()
    {
        var bytes = new byte[Math.Min(RandomAccess.GetLength(_messages), 16 << 10)];
        return System.Text.Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(_messages, bytes, 0)).Trim();
    }

    public void Dispose() => _messages.Dispose();

    public static WallLaunch Start(StartRequest request, WallHost host, WallResources resources)
    {
        request = request with { Spec = request.Spec with { Mounts = [.. request.Spec.Mounts, .. GuestMounts(request, host.Options.Guest)] } };
        using var script = new ForkScript(256 << 10);
        using var result = new ExecResult();
        using var nothing = new SafeFileHandle(LinuxException.Check(Libc.Open("/dev/null", Flags.O_RDWR | Flags.O_CLOEXEC, 0), "open /dev/null"), ownsHandle: true);
        var messages = MemoryFile.Create("messages", []);
        var (ours, theirs) = OpenControl(request, resources.Launcher);
        var opened = new List<SafeFileHandle> { theirs };
        try
        {
            foreach (var join in resources.Cgroup?.JoinFiles ?? [])
                script.AddWrite(join, "0");
            // An ordinary user is root only in the namespaces prepared for this sandbox, and enters them before anything is mounted.
            if (resources.NetworkUser is { } user)
                script.Add("setns user", Sys.SetNs, user.DangerousGetHandle(), Flags.CLONE_NEWUSER);
            var authority = request.Spec.Egress.Transforms.Count > 0 ? host.Gateway.CertificateAuthority : null;
            var root = RootStaging.Add(script, request, resources, authority, ServerMounts(host.Options.Mounts), opened);
            resources.Launcher.AddProgram(new Launch(request, host, resources, script, root, theirs, nothing, messages, opened));
            using var group = resources.Cgroup?.OpenUnified();
            resources.Monitor = script.Start(Flags.SIGCHLD, group);
            result.Wait();
            if (script.Failure is { } failure)
                throw new LinuxException(failure.Name, failure.Error);
            return new WallLaunch(resources.Monitor, ours, messages);
        }
        catch
        {
            ours?.Dispose();
            messages.Dispose();
            throw;
        }
        finally
        {
            opened.ForEach(file => file.Dispose());
        }
    }

    // Most servers have no volume, and need not look.
    private static IReadOnlyList<string> ServerMounts(string? directory) =>
        directory is not null && Directory.Exists(directory) && Directory.EnumerateDirectories(directory).Any() ? MountTable.Below(directory) : [];

    private static IEnumerable<Mount> GuestMounts(StartRequest request, string guest)
    {
        yield return new Mount(guest, LaunchSteps.GuestPath, ReadOnly: true);
        if (request.Root.MultiUser)
            yield return new Mount(guest, "/usr/bin/sudo", ReadOnly: true);
    }

    private static (Socket? Ours, SafeFileHandle Theirs) OpenControl(StartRequest request, ILauncher launcher)
    {
        if (request.Detached)
            return (null, UnixSockets.Listen(request.StateDirectory, ControlSocket));
        var (ours, theirs) = UnixSockets.Pair();
        if (!launcher.OwnKernel)
            return (ours, theirs);
        // A guest behind a kernel of its own is connected to: it inherits nothing.
        ours.Dispose();
        return (null, theirs);
    }
}
