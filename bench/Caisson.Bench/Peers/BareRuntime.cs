using System.Globalization;
using System.Text.Json.Nodes;

namespace Caisson.Bench.Peers;

/// <summary>An OCI runtime's own <c>run</c> of one program on the host's /usr, with neither network, gateway nor limits.</summary>
internal sealed class BareRuntime
{
    private const string Resident = "resident";
    private readonly string _root;
    private readonly string _program;
    private readonly string[] _arguments;
    private readonly List<string> _idle = [];
    private int _count;

    private BareRuntime(string root, string program, string[] arguments) => (_root, _program, _arguments) = (root, program, arguments);

    /// <summary>Writes its bundle; throws where the runtime is not here.</summary>
    /// <param name="wall">The wall's name.</param>
    /// <param name="root">A directory of its own.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<BareRuntime> PrepareAsync(string wall, string root, CancellationToken cancellation)
    {
        if (Environment.UserName != "root")
            throw new BenchException("this bundle needs root");
        var name = wall == "gvisor" ? "runsc" : wall;
        var program = ChildProgram.Find(name) ?? throw new BenchException($"{name} is not installed");
        foreach (var directory in (string[])["usr", "proc", "dev", "tmp"])
            Directory.CreateDirectory($"{root}/rootfs/{directory}");
        foreach (var link in (string[])["bin", "lib", "lib64"])
        {
            if (new DirectoryInfo($"/{link}").LinkTarget is { } target)
                File.CreateSymbolicLink($"{root}/rootfs/{link}", target);
        }

        await File.WriteAllTextAsync($"{root}/config.json", Configuration($"{root}/rootfs", "/usr/bin/true").ToJsonString(), cancellation);
        Directory.CreateDirectory($"{root}/{Resident}");
        await File.WriteAllTextAsync($"{root}/{Resident}/config.json", Configuration($"{root}/rootfs", "/usr/bin/sleep", "3600").ToJsonString(), cancellation);
        string[] arguments = wall switch
        {
            "gvisor" => ["--network=none", "--ignore-cgroups"],
            "crun" => ["--cgroup-manager=disabled"],
            _ => [],
        };
        return new BareRuntime(root, program, arguments);
    }

    /// <summary>Runs <c>true</c> in a container of its own.</summary>
    public Task RunAsync(CancellationToken cancellation) => CallAsync(cancellation, "run", "--bundle", _root, NextName());

    /// <summary>Starts this many containers that only sleep, and tells what they and all that the runtime keeps for them hold of the host's memory, in bytes.</summary>
    public async Task<long> IdleAsync(int count, CancellationToken cancellation)
    {
        List<int> processes = [];
        try
        {
            for (var i = 0; i < count; i++)
            {
                var (name, file) = (NextName(), $"{_root}/pid");
                await CallAsync(cancellation, "run", "--detach", "--pid-file", file, "--bundle", $"{_root}/{Resident}", name);
                _idle.Add(name);
                processes.Add(int.Parse(await File.ReadAllTextAsync(file, cancellation), CultureInfo.InvariantCulture));
            }

            return await IdleMemory.OfAsync([$"{_root}/state"], processes, cancellation);
        }
        finally
        {
            foreach (var name in _idle)
                await CallAsync(CancellationToken.None, "delete", "--force", name);
            _idle.Clear();
        }
    }

    private string NextName() => $"bench-{Interlocked.Increment(ref _count)}";

    // What stays in the background must not hold our own standard streams. crun refuses an empty v2 hierarchy beside v1 ones; without it in sight it runs.
    private Task CallAsync(CancellationToken cancellation, params string[] call)
    {
        const string Quiet = "exec \"$@\" </dev/null >/dev/null";
        List<string> command = [_program, "--root", $"{_root}/state", .. _arguments, .. call];
        if (_arguments.Contains("--cgroup-manager=disabled", StringComparer.Ordinal))
            command = ["/usr/bin/unshare", "-m", "/bin/sh", "-c", $"umount -l /sys/fs/cgroup/unified 2>/dev/null; {Quiet}", "sh", .. command];
        else if (call[0] != "run" || call[1] == "--detach")
            command = ["/bin/sh", "-c", $"{Quiet} 2>&1", "sh", .. command];
        return ChildProgram.RunAsync(command, _root, cancellation);
    }

    private static JsonObject Configuration(string root, params string[] program) => new()
    {
        ["ociVersion"] = "1.0.2",
        ["process"] = new JsonObject
        {
            ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 },
            ["args"] = new JsonArray([.. program.Select(word => (JsonNode)word)]),
            ["env"] = new JsonArray("PATH=/usr/bin"),
            ["cwd"] = "/",
            ["noNewPrivileges"] = true,
        },
        ["root"] = new JsonObject { ["path"] = root, ["readonly"] = true },
        ["mounts"] = new JsonArray(
            new JsonObject { ["destination"] = "/proc", ["type"] = "proc", ["source"] = "proc" },
            new JsonObject { ["destination"] = "/dev", ["type"] = "tmpfs", ["source"] = "tmpfs" },
            new JsonObject { ["destination"] = "/usr", ["type"] = "bind", ["source"] = "/usr", ["options"] = new JsonArray("rbind", "ro") }),
        ["linux"] = new JsonObject
        {
            ["namespaces"] = new JsonArray([.. ((string[])["pid", "ipc", "uts", "mount", "network"]).Select(type => new JsonObject { ["type"] = type })]),
        },
    };
}
