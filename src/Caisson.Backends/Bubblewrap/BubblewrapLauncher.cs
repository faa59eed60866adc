using System.Globalization;
using System.Net.Sockets;
using Caisson.Linux.Files;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Linux.Sockets;
using Caisson.Walls.Ids;
using Caisson.Walls.Launching;
using Caisson.Walls.Sandboxes;
using Caisson.Walls.Staging;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.Bubblewrap;

/// <summary>Starts bwrap as an id that is nobody on the host; it enters the root and becomes the guest's parent.</summary>
internal sealed class BubblewrapLauncher(BubblewrapOptions options) : ILauncher
{
    public const string Name = "bubblewrap";

    public string Wall => Name;

    public UserIds Users => UserIds.Range;

    public bool MakesMounts => false;

    // bwrap and the guest; whatever else is in the group is the sandbox's own.
    public int? OwnProcesses => 2;

    public long OwnMemoryBytes => 0;

    public int OwnPids => 0;

    public bool Nests => true;

    public void AddProgram(Launch launch)
    {
        var filter = MemoryFile.Create("seccomp", launch.Host.FilterOf(launch.Request.Spec));
        launch.Opened.Add(filter);
        List<SafeFileHandle> inherited = [launch.Control, filter];
        var arguments = BubblewrapArguments.Build(launch.Request, launch.Root, launch.Request.Root.MultiUser ? launch.Resources.UserNamespace : null, inherited);
        arguments.AddRange(["--seccomp", Number(filter), "--", LaunchSteps.GuestPath, "--control", Number(launch.Control)]);
        if (launch.Request.Detached)
            arguments.Add("--listen");
        if (launch.Request.Root.MultiUser)
            arguments.Add("--sudo");

        AddIdentity(launch.Script, launch.Resources);
        launch.Script.AddStreams(launch.Nothing, launch.Messages);
        foreach (var handle in inherited)
            launch.Script.AddInherited(handle);
        launch.Script.Add("setsid", Sys.SetSid);
        launch.Script.AddProgram(options.Executable, arguments, []);
    }

    public Task FindGuestAsync(WallResources resources, WallLaunch launch, CancellationToken cancellation)
    {
        resources.Guest = ProcessStatus.ChildOf(launch.Pid);
        ProcMasks.Apply(resources.Guest, resources.NetworkUser);
        return Task.CompletedTask;
    }

    public Task<Stream> ConnectAsync(WallResources resources, WallLaunch? launch, CancellationToken cancellation) =>
        Task.FromResult<Stream>(new NetworkStream(UnixSockets.Connect(resources.StateDirectory!, WallLaunch.ControlSocket), ownsSocket: true));

    public void Remove(WallResources resources)
    {
        // bwrap leaves nothing.
    }

    // As root: the prepared network namespace, then an id of the sandbox's own range. As an ordinary user: the namespaces of which it is root.
    private static void AddIdentity(ForkScript script, WallResources resources)
    {
        script.Add("setns network", Sys.SetNs, resources.NetworkHandle.DangerousGetHandle(), Flags.CLONE_NEWNET);
        if (resources.FirstId == 0)
            return;
        var id = (nint)resources.FirstId;
        script.Add("setgroups", Sys.SetGroups, 0, 0);
        script.Add("setresgid", Sys.SetResGid, id, id, id);
        script.Add("setresuid", Sys.SetResUid, id, id, id);
    }

    private static string Number(SafeFileHandle handle) => handle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture);
}
