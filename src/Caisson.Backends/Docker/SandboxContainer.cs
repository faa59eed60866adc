using Caisson.Core.Backends;
using Caisson.Linux.Seccomp;
using Caisson.Walls.Launching;
using Caisson.Walls.Staging;
using Docker.DotNet.Models;

namespace Caisson.Backends.Docker;

/// <summary>What the daemon is asked for: every hardening that it has, and nothing of the host but the directory of the guest's socket.</summary>
internal static class SandboxContainer
{
    /// <summary>The label with the sandbox's id.</summary>
    public const string IdLabel = "caisson.sandbox";

    /// <summary>The label with the state directory of the server whose it is.</summary>
    public const string StateLabel = "caisson.state";

    private static readonly Lazy<string> _seccomp = new(OciSeccomp.Json);

    /// <summary>The name of a sandbox's container.</summary>
    public static string NameOf(string id) => $"caisson-{id}";

    public static CreateContainerParameters Of(StartRequest request, string image, string stateDirectory, string door, bool privateCgroup)
    {
        var resources = request.Spec.Resources;
        List<string> command = [GuestImage.Program, "--control", $"{GuestImage.Door}/{WallLaunch.ControlSocket}", "--listen"];
        if (request.Root.MultiUser)
            command.Add("--sudo");
        return new CreateContainerParameters
        {
            Name = NameOf(request.Id.Value),
            Image = image,
            Entrypoint = command,
            User = request.Root.MultiUser ? "0:0" : "1000:1000",
            Hostname = request.Id.Value,
            WorkingDir = "/",
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [IdLabel] = request.Id.Value, [StateLabel] = stateDirectory },
            HostConfig = new HostConfig
            {
                NetworkMode = "none",
                IpcMode = "private",
                CgroupnsMode = privateCgroup ? "private" : "host",
                ReadonlyRootfs = true,
                Privileged = false,
                CapDrop = ["ALL"],
                CapAdd = request.Root.MultiUser ? [.. GuestCapabilities.Names] : [],
                SecurityOpt = ["no-new-privileges", $"seccomp={_seccomp.Value}"],
                Memory = resources.MemoryBytes,
                MemorySwap = resources.MemoryBytes,
                NanoCPUs = (long)(resources.Cpus * 1e9),
                PidsLimit = resources.Pids,
                Ulimits = [new Ulimit { Name = "core", Soft = 0, Hard = 0 }],
                Tmpfs = new Dictionary<string, string>(StringComparer.Ordinal) { ["/tmp"] = "rw,noexec,nosuid,nodev,size=1m" },
                ShmSize = Devices.SharedMemoryBytes,
                LogConfig = new LogConfig { Type = "none" },
                RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
                AutoRemove = false,
                Mounts = [new Mount { Type = "bind", Source = door, Target = GuestImage.Door, BindOptions = new BindOptions { Propagation = "rprivate" } }],
            },
        };
    }
}
