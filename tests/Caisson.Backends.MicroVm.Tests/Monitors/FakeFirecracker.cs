using System.Text.Json;
using System.Text.Json.Nodes;

namespace Caisson.Backends.MicroVm.Tests.Monitors;

/// <summary>The calls of Firecracker's interface that we make.</summary>
internal sealed class FakeFirecracker : FakeApi
{
    private const string Fresh = "fresh";
    private const string Configured = "configured";
    private const string Running = "Running";
    private const string Paused = "Paused";
    private readonly HashSet<string> _configured = new(StringComparer.Ordinal);

    public FakeFirecracker(string folder)
        : base(folder) => State = Fresh;

    /// <summary>Bytes of memory that it keeps.</summary>
    public int Memory { get; init; } = 1 << 20;

    protected override string Refusal(string text) => new JsonObject { ["fault_message"] = text }.ToJsonString();

    protected override (int Status, string Body) Answer(string method, string path, JsonObject body)
    {
        switch (method, path)
        {
            case ("GET", "/"):
                var state = State is Fresh or Configured ? "Not started" : State;
                return (200, new JsonObject { ["app_name"] = "Firecracker", ["id"] = "x", ["state"] = state, ["vmm_version"] = "1.16.1" }.ToJsonString());
            case ("PUT", "/machine-config"):
                Check(path, body, ("vcpu_count", JsonValueKind.Number), ("mem_size_mib", JsonValueKind.Number));
                if (body["vcpu_count"]!.GetValue<int>() is var count && (count is < 1 or > 32 || (count > 1 && count % 2 != 0)))
                    Violations.Add($"{count} processors");
                return Configure(path);
            case ("PUT", "/boot-source"):
                Check(path, body, ("kernel_image_path", JsonValueKind.String), ("initrd_path?", JsonValueKind.String), ("boot_args?", JsonValueKind.String));
                return Configure(path);
            case ("PUT", "/vsock"):
                Check(path, body, ("guest_cid", JsonValueKind.Number), ("uds_path", JsonValueKind.String));
                if (body["guest_cid"]!.GetValue<int>() < 3)
                    Violations.Add("the contexts below 3 are taken");
                return Configure(path);
            case ("PUT", _) when path.StartsWith("/drives/", StringComparison.Ordinal):
                Check(path, body, ("drive_id", JsonValueKind.String), ("path_on_host?", JsonValueKind.String), ("is_root_device", JsonValueKind.True), ("is_read_only?", JsonValueKind.True));
                if (path != $"/drives/{body["drive_id"]}")
                    Violations.Add($"{path} is of {body["drive_id"]}");
                return Configure(path);
            case ("PUT", "/actions"):
                Check(path, body, ("action_type", JsonValueKind.String));
                Allowed(path, Configured);
                if (body["action_type"]!.ToString() != "InstanceStart" || !_configured.Contains("/boot-source"))
                    Violations.Add($"{body} after {string.Join(' ', _configured)}");
                return Become(Running);
            case ("PATCH", "/vm"):
                Check(path, body, ("state", JsonValueKind.String));
                Allowed(path, Running, Paused);
                return Become(body["state"]!.ToString() switch { "Paused" => Paused, "Resumed" => Running, var other => other });
            case ("PUT", "/snapshot/create"):
                Check(path, body, ("snapshot_type?", JsonValueKind.String), ("snapshot_path", JsonValueKind.String), ("mem_file_path", JsonValueKind.String));
                Allowed(path, Paused);
                File.WriteAllText(Kept(body["snapshot_path"]!.ToString()), "devices");
                File.WriteAllBytes(Kept(body["mem_file_path"]!.ToString()), [.. Enumerable.Repeat((byte)7, Memory)]);
                return (204, "");
            case ("PUT", "/snapshot/load"):
                Check(path, body, ("snapshot_path", JsonValueKind.String), ("mem_backend", JsonValueKind.Object), ("resume_vm?", JsonValueKind.True));
                Check(path, body["mem_backend"]!.AsObject(), ("backend_type", JsonValueKind.String), ("backend_path", JsonValueKind.String));
                Allowed(path, Fresh);
                if (File.ReadAllText(Kept(body["snapshot_path"]!.ToString())) != "devices" || File.ReadAllBytes(Kept(body["mem_backend"]!["backend_path"]!.ToString())) is not [7, ..])
                    Violations.Add("what was kept is not what is taken up");
                return Become(body["resume_vm"]?.GetValue<bool>() == true ? Running : Paused);
            default:
                Violations.Add($"{method} {path} is not a call of the interface");
                return (400, Refusal("no such call"));
        }
    }

    private (int Status, string Body) Configure(string path)
    {
        Allowed(path, Fresh, Configured);
        _configured.Add(path);
        return Become(Configured);
    }

    private (int Status, string Body) Become(string state)
    {
        State = state;
        return (204, "");
    }
}
