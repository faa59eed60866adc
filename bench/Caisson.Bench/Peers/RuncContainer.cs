using System.Text.Json.Nodes;

namespace Caisson.Bench.Peers;

/// <summary>A running container of runc's on the host's /usr, to execute programs in.</summary>
internal sealed class RuncContainer : IAsyncDisposable
{
    private const string Name = "caisson-bench";
    private readonly string _root;

    private RuncContainer(string root) => _root = root;

    public static async Task<RuncContainer> StartAsync(string root, CancellationToken cancellation)
    {
        if (Environment.UserName != "root")
            throw new BenchException("this bundle needs root");
        if (ChildProgram.Find("runc") is null)
            throw new BenchException("runc is not installed");
        foreach (var directory in (string[])["usr", "proc", "dev", "sys", "tmp"])
            Directory.CreateDirectory($"{root}/bundle/rootfs/{directory}");
        foreach (var name in (string[])["bin", "sbin", "lib", "lib64"])
        {
            if (new DirectoryInfo($"/{name}").LinkTarget is { } target)
                File.CreateSymbolicLink($"{root}/bundle/rootfs/{name}", target);
        }

        var container = new RuncContainer(root);
        await ChildProgram.ReadAsync(container.Command("spec"), $"{root}/bundle", cancellation);
        await DescribeAsync($"{root}/bundle/config.json", cancellation);
        await ChildProgram.RunAsync(["/bin/sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>errors", "sh", .. container.Command("run", "-d", Name)], $"{root}/bundle", cancellation);
        return container;
    }

    /// <summary>Runs a program in it.</summary>
    public Task ExecAsync(string program, CancellationToken cancellation) => ChildProgram.RunAsync(Command("exec", Name, program), _root, cancellation);

    public async ValueTask DisposeAsync() => await ChildProgram.ReadAsync(Command("delete", "--force", Name), _root, CancellationToken.None);

    private static async Task DescribeAsync(string file, CancellationToken cancellation)
    {
        var spec = JsonNode.Parse(await File.ReadAllTextAsync(file, cancellation))!;
        spec["process"]!["terminal"] = false;
        spec["process"]!["args"] = new JsonArray("/usr/bin/sleep", "3600");
        spec["mounts"]!.AsArray().Add(new JsonObject
        {
            ["destination"] = "/usr",
            ["type"] = "bind",
            ["source"] = "/usr",
            ["options"] = new JsonArray("rbind", "ro", "nosuid", "nodev"),
        });
        await File.WriteAllTextAsync(file, spec.ToJsonString(), cancellation);
    }

    private List<string> Command(params string[] arguments) => [ChildProgram.Find("runc")!, "--root", $"{_root}/state", .. arguments];
}
