using System.Globalization;
using System.Net.Sockets;
using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Files;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.Bubblewrap;

/// <summary>Starts bwrap in its namespaces and groups, as an id that is nobody on the host.</summary>
internal sealed unsafe class WallLaunch : IDisposable
{
    public const string ControlSocket = "control.sock";
    private const string GuestPath = "/.caisson/guest";
    private readonly SafeFileHandle _messages;

    private WallLaunch(int pid, Socket? control, SafeFileHandle messages) => (Pid, Control, _messages) = (pid, control, messages);

    /// <summary>Host pid of bwrap.</summary>
    public int Pid { get; }

    /// <summary>Our end of the control door of a sandbox that ends with us; null where the guest listens.</summary>
    public Socket? Control { get; }

    /// <summary>What bwrap and the guest said on standard error.</summary>
    public string Messages()
    {
        var bytes = new byte[Math.Min(RandomAccess.GetLength(_messages), 16 << 10)];
        return System.Text.Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(_messages, bytes, 0)).Trim();
    }

    public void Dispose() => _messages.Dispose();

    public static WallLaunch Start(StartRequest request, BubblewrapOptions options, WallResources resources, SafeFileHandle filter, string? authority)
    {
        request = request with { Spec = request.Spec with { Mounts = [.. request.Spec.Mounts, .. GuestMounts(request, options)] } };
        using var script = new ForkScript(256 << 10);
        using var result = new ExecResult();
        using var nothing = new SafeFileHandle(LinuxException.Check(Libc.Open("/dev/null", Flags.O_RDWR | Flags.O_CLOEXEC, 0), "open /dev/null"), ownsHandle: true);
        var messages = MemoryFile.Create("messages", []);
        var (ours, theirs) = OpenControl(request);
        List<SafeFileHandle> inherited = [theirs, filter];
        var files = new List<SafeFileHandle>();
        try
        {
            foreach (var join in resources.Cgroup?.JoinFiles ?? [])
                script.AddWrite(join, "0");
            // An ordinary user is root only in the namespaces prepared for this sandbox, and enters them before anything is mounted.
            if (resources.Network!.User is { } user)
                script.Add("setns user", Sys.SetNs, user.DangerousGetHandle(), Flags.CLONE_NEWUSER);
            var sources = Staging.Add(script, request, resources.UserNamespace, resources.FirstId, resources.Disk, resources.Captured);
            var arguments = BubblewrapArguments.Build(request, sources, request.Root.MultiUser ? resources.UserNamespace : null, authority, files);
            inherited.AddRange(files);
            arguments.AddRange(["--seccomp", Number(filter), "--", GuestPath, "--control", Number(theirs)]);
            if (request.Detached)
                arguments.Add("--listen");
            if (request.Root.MultiUser)
                arguments.Add("--sudo");

            AddIdentity(script, resources);
            AddDescriptors(script, nothing, messages, inherited);
            script.Add("setsid", Sys.SetSid);
            var program = options.Executable ?? "/usr/bin/bwrap";
            script.Add("execve bwrap", Sys.Execve, (nint)script.Memory.Copy(program), (nint)script.Memory.CopyArray(arguments), (nint)script.Memory.CopyArray([]));
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
            theirs.Dispose();
            foreach (var file in files.Where(f => !ReferenceEquals(f, resources.UserNamespace)))
                file.Dispose();
        }
    }

    private static IEnumerable<Mount> GuestMounts(StartRequest request, BubblewrapOptions options)
    {
        yield return new Mount(options.Guest, GuestPath, ReadOnly: true);
        if (request.Root.MultiUser)
            yield return new Mount(options.Guest, "/usr/bin/sudo", ReadOnly: true);
    }

    private static (Socket? Ours, SafeFileHandle Theirs) OpenControl(StartRequest request)
    {
        if (request.Detached)
            return (null, UnixSockets.Listen(request.StateDirectory, ControlSocket));
        var (ours, theirs) = UnixSockets.Pair();
        return (ours, theirs);
    }

    // As root: the prepared network namespace, then an id of the sandbox's own range. As an ordinary user: the namespaces of which it is root.
    private static void AddIdentity(ForkScript script, WallResources resources)
    {
        var network = resources.Network!;
        script.Add("setns network", Sys.SetNs, network.Handle.DangerousGetHandle(), Flags.CLONE_NEWNET);
        if (resources.FirstId == 0)
            return;
        var id = (nint)resources.FirstId;
        script.Add("setgroups", Sys.SetGroups, 0, 0);
        script.Add("setresgid", Sys.SetResGid, id, id, id);
        script.Add("setresuid", Sys.SetResUid, id, id, id);
    }

    private static void AddDescriptors(ForkScript script, SafeFileHandle nothing, SafeFileHandle messages, List<SafeFileHandle> inherited)
    {
        const int Fcntl = 72;
        const int SetDescriptorFlags = 2;
        const int CloseOnExec = 4;
        script.Add("dup3", Sys.Dup3, nothing.DangerousGetHandle(), 0, 0);
        script.Add("dup3", Sys.Dup3, messages.DangerousGetHandle(), 1, 0);
        script.Add("dup3", Sys.Dup3, messages.DangerousGetHandle(), 2, 0);
        // Whatever else is open, ours or our parent's, stays out.
        script.Add("close_range", Sys.CloseRange, 3, int.MaxValue, CloseOnExec);
        foreach (var handle in inherited)
            script.Add("fcntl", Fcntl, handle.DangerousGetHandle(), SetDescriptorFlags, 0);
        const int SigPipe = 13;
        script.Add("rt_sigaction", Sys.RtSigaction, SigPipe, (nint)script.Memory.Allocate(32), 0, 8);
    }

    private static string Number(SafeFileHandle handle) => handle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture);
}
