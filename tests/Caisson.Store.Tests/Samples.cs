using System.Text.Json;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Store;

namespace Caisson.Store.Tests;

internal static class Samples
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public static SandboxInfo Full() => new(
        SandboxId.New(),
        "tenant",
        new SandboxSpec
        {
            Template = "base",
            Wall = "wall",
            Resources = new Resources { Cpus = 0.5, MemoryBytes = 1 << 30 },
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "b\0\u001b[31m\"é" },
            Mounts = [new Mount("/a", "/b", true) { Protected = [new ProtectedPath(".git", IsDirectory: true, Exists: true)], Hidden = ["secret"] }],
            Lifecycle = new Lifecycle { Timeout = TimeSpan.FromSeconds(90) },
            Egress = new EgressPolicy
            {
                Allow = [EgressRule.Parse("*.example.org:443"), EgressRule.Parse("10.1.2.3/8")],
                Deny = [EgressRule.Parse("*")],
                Unlisted = EgressVerdict.Allow,
                DenyFirst = false,
                Transforms = [new HeaderTransform("example.org", new Dictionary<string, string>(StringComparer.Ordinal) { ["X"] = "y" })],
                Proxy = new UpstreamProxy("proxy", 1080, "u", "p"),
            },
            Ingress = new IngressPolicy { Public = false, MaskHost = "localhost:${PORT}", HttpsPorts = [8443] },
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["k"] = "v" },
        },
        "wall",
        SandboxState.Running,
        Start.AddTicks(7),
        Start.AddHours(1),
        "access",
        "traffic");

    public static ApiKeyRecord Key(string id = "key", string hash = "hash") => new(id, hash, "tenant", ["read", "exec"], Start, Start.AddDays(1));

    public static string Json(SandboxInfo info) => JsonSerializer.Serialize(info.Spec, StoreJson.Default.SandboxSpec) + (info with { Spec = _same });

    private static readonly SandboxSpec _same = new();
}
