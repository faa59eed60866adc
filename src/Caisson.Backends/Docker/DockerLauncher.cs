using System.Globalization;
using System.Net.Sockets;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;
using Caisson.Linux.Sockets;
using Caisson.Walls.Ids;
using Caisson.Walls.Launching;
using Caisson.Walls.Sandboxes;
using Caisson.Walls.Staging;

namespace Caisson.Backends.Docker;

/// <summary>Puts a sandbox's root in the place of the image's, in the mount namespace of a container that runs already; the daemon never sees it.</summary>
/// <param name="container">Host pid of the container's first process, the guest; 0 for a sandbox found again.</param>
internal sealed class DockerLauncher(int container) : ILauncher
{
    public const string Name = "docker";

    /// <summary>The directory of the guest's socket, in the sandbox's own.</summary>
    public const string DoorFolder = "door";

    public string Wall => Name;

    // Without user namespaces of the daemon's, the users inside are those of the host, with few rights.
    public UserIds Users => UserIds.Own;

    public bool MakesMounts => true;

    public int? OwnProcesses => 1;

    public long OwnMemoryBytes => 0;

    public int OwnPids => 0;

    public string? NetworkPath => container == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"/proc/{container}/ns/net");

    public void AddProgram(Launch launch)
    {
        const int MountNumber = 165;
        const int Move = 8192;
        var script = launch.Script;
        var stage = new StageScript(script);
        // One group of ours on every wall: usage, freezing and the end are the same. The daemon's own stays, for whatever it puts there.
        launch.Resources.Cgroup?.Take(container);
        var root = stage.Clone(launch.Root.Path, 0);
        var nested = launch.Root.Nested.Select(mount => (mount.Target, Tree: stage.Clone(mount.Path, 0))).ToList();
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{container}/ns/mnt");
        var mounts = script.Add("open mount namespace", Sys.Open, Text(launch, path), Flags.O_RDONLY | Flags.O_CLOEXEC);
        script.Add("setns mount", Sys.SetNs, ForkScript.Result(mounts), Flags.CLONE_NEWNS);
        stage.Attach(root, GuestImage.Root);
        // The covers of /proc come along, and the devices that the daemon has chosen.
        foreach (var kept in (string[])["/proc", "/dev"])
            script.Add($"move {kept}", MountNumber, Text(launch, kept), Text(launch, GuestImage.Root + kept), 0, Move, 0);
        script.Add("chdir", Sys.Chdir, Text(launch, GuestImage.Root));
        // Whoever had the old root as its own has the new one then, the guest included; what was in it is out of everybody's reach.
        script.Add("pivot_root", Sys.PivotRoot, Text(launch, "."), Text(launch, "."));
        script.Add("unmount the old root", Sys.Unmount2, Text(launch, "."), Flags.MNT_DETACH);
        stage.MakeReadOnly("/dev");
        // From here a link in the root leads nowhere else.
        foreach (var (target, tree) in nested)
            AddMount(launch, stage, target, tree);
    }

    public Task FindGuestAsync(WallResources resources, WallLaunch launch, CancellationToken cancellation)
    {
        // The child has done its work; the daemon is the guest's keeper.
        ChildProcess.TryReap(launch.Pid, out _);
        resources.Monitor = 0;
        resources.Guest = container;
        ProcMasks.Apply(container, null);
        return Task.CompletedTask;
    }

    public async Task<Stream> ConnectAsync(WallResources resources, WallLaunch? launch, CancellationToken cancellation)
    {
        var folder = Path.Combine(resources.StateDirectory!, DoorFolder);
        while (true)
        {
            try
            {
                return new NetworkStream(UnixSockets.Connect(folder, WallLaunch.ControlSocket), ownsSocket: true);
            }
            catch (LinuxException e) when (container != 0 && Directory.Exists($"/proc/{container}") && e.Error is Errno.ENOENT or ConnectionRefused)
            {
                await Task.Delay(1, cancellation).ConfigureAwait(false);
            }
        }
    }

    public void Remove(WallResources resources)
    {
        // The container is the daemon's, and goes by a call to it.
    }

    private const int ConnectionRefused = 111;

    private static void AddMount(Launch launch, StageScript stage, string target, int tree)
    {
        if (Directory.Exists(launch.Request.Spec.Mounts.Last(mount => mount.Target == target).Source))
        {
            stage.MakeDirectories("", target);
        }
        else
        {
            if (Path.GetDirectoryName(target) is { Length: > 1 } above)
                stage.MakeDirectories("", above);
            stage.MakeFile(target);
        }

        stage.Attach(tree, target);
    }

    private static unsafe nint Text(Launch launch, string text) => (nint)launch.Script.Memory.Copy(text);
}
