using System.Text.Json;
using System.Text.Json.Nodes;

namespace Caisson.Backends.MicroVm.Tests.Monitors;

/// <summary>The calls of Cloud Hypervisor's interface that we make.</summary>
internal sealed class FakeCloudHypervisor : FakeApi
{
    private const string None = "none";
    private const string Created = "Created";
    private const string Running = "Running";
    private const string Paused = "Paused";

    public FakeCloudHypervisor(string folder)
        : base(folder) => State = None;

    protected override string Refusal(string text) => new JsonArray("the call failed", text).ToJsonString();

    protected override (int Status, string Body) Answer(string method, string path, JsonObject body)
    {
        switch (method, path)
        {
            case ("GET", "/api/v1/vmm.ping"):
                return (200, new JsonObject { ["version"] = "53.0" }.ToJsonString());
            case ("GET", "/api/v1/vm.info"):
                Allowed(path, Created, Running, Paused);
                return (200, new JsonObject { ["config"] = new JsonObject(), ["state"] = State }.ToJsonString());
            case ("PUT", "/api/v1/vm.create"):
                Allowed(path, None);
                CheckMachine(path, body);
                return Become(Created);
            case ("PUT", "/api/v1/vm.boot"):
                Allowed(path, Created);
                return Become(Running);
            case ("PUT", "/api/v1/vm.pause"):
                Allowed(path, Running);
                return Become(Paused);
            case ("PUT", "/api/v1/vm.resume"):
                Allowed(path, Paused);
                return Become(Running);
            case ("PUT", "/api/v1/vm.snapshot"):
                Check(path, body, ("destination_url", JsonValueKind.String));
                Allowed(path, Paused);
                foreach (var (name, content) in ((string, string)[])[("config.json", "configuration"), ("state.json", "devices"), ("memory-ranges", new string('m', 1 << 20))])
                    File.WriteAllText(Path.Combine(Place(body["destination_url"]!), name), content);
                return (204, "");
            case ("PUT", "/api/v1/vm.restore"):
                Check(path, body, ("source_url", JsonValueKind.String));
                Allowed(path, None);
                var place = Place(body["source_url"]!);
                if (File.ReadAllText($"{place}/config.json") != "configuration" || File.ReadAllText($"{place}/state.json") != "devices" || File.ReadAllText($"{place}/memory-ranges") is not ['m', ..])
                    Violations.Add("what was kept is not what is taken up");
                return Become(Paused);
            case ("PUT", "/api/v1/vm.add-disk"):
                Allowed(path, Running);
                CheckDisk(path, body);
                return (200, new JsonObject { ["id"] = body["id"]?.ToString(), ["bdf"] = "0000:00:06.0" }.ToJsonString());
            default:
                Violations.Add($"{method} {path} is not a call of the interface");
                return (404, Refusal("no such call"));
        }
    }

    private void CheckMachine(string path, JsonObject machine)
    {
        Check(
            path, machine, ("cpus?", JsonValueKind.Object), ("memory?", JsonValueKind.Object), ("payload", JsonValueKind.Object), ("disks?", JsonValueKind.Array), ("rng?", JsonValueKind.Object),
            ("vsock?", JsonValueKind.Object), ("serial?", JsonValueKind.Object), ("console?", JsonValueKind.Object));
        Check(path, machine["cpus"]!.AsObject(), ("boot_vcpus", JsonValueKind.Number), ("max_vcpus", JsonValueKind.Number));
        Check(path, machine["memory"]!.AsObject(), ("size", JsonValueKind.Number));
        Check(path, machine["payload"]!.AsObject(), ("kernel?", JsonValueKind.String), ("initramfs?", JsonValueKind.String), ("cmdline?", JsonValueKind.String));
        Check(path, machine["rng"]!.AsObject(), ("src", JsonValueKind.String));
        Check(path, machine["vsock"]!.AsObject(), ("cid", JsonValueKind.Number), ("socket", JsonValueKind.String));
        Check(path, machine["serial"]!.AsObject(), ("mode", JsonValueKind.String));
        Check(path, machine["console"]!.AsObject(), ("mode", JsonValueKind.String));
        foreach (var disk in machine["disks"]!.AsArray())
            CheckDisk(path, disk!.AsObject());
    }

    private void CheckDisk(string path, JsonObject disk) => Check(
        path, disk, ("id?", JsonValueKind.String), ("path?", JsonValueKind.String), ("readonly?", JsonValueKind.True), ("serial?", JsonValueKind.String), ("image_type?", JsonValueKind.String));

    private string Place(JsonNode url)
    {
        if (!url.ToString().StartsWith("file:///", StringComparison.Ordinal))
            Violations.Add($"{url} is no URL of a directory");
        return Kept(url.ToString()["file://".Length..]);
    }

    private (int Status, string Body) Become(string state)
    {
        State = state;
        return (204, "");
    }
}
