using Caisson.Core.Advice;
using Caisson.Core.Backends;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Network.Egress;

namespace Caisson.Cli.Run;

/// <summary>The wall of one run: the one that is named, or for <c>auto</c> the one that the rules choose among those that can start here.</summary>
internal static class AutoWall
{
    public static async Task<ISandboxBackend> FindAsync(SandboxSpec spec, bool terminal, EgressGateway gateway, CancellationToken cancellation)
    {
        if (spec.Wall != "auto")
            return LocalWalls.Find(spec.Wall, gateway);
        var walls = LocalWalls.All(gateway);
        var host = HostFacts.Here(await ProbeAsync(walls, cancellation));
        var chosen = Advisor.Advise(Workload(spec, terminal), host).Required();
        return walls.First(wall => wall.Name == chosen);
    }

    /// <summary>What each wall says of this host.</summary>
    public static async Task<IReadOnlyList<WallFacts>> ProbeAsync(IReadOnlyList<ISandboxBackend> walls, CancellationToken cancellation) =>
        await Task.WhenAll(walls.Select(async wall => new WallFacts(wall.Name, wall.Strength, await wall.ProbeAsync(cancellation))));

    private static Workload Workload(SandboxSpec spec, bool terminal) => new()
    {
        Place = Place.Laptop,
        Life = Life.Call,
        State = StateKept.None,
        Needs = terminal ? [Need.Pty] : [],
        Network = spec.Egress.Unlisted == EgressVerdict.Allow ? NetworkUse.Open : spec.Egress.Allow.Count > 0 ? NetworkUse.Allowlist : NetworkUse.None,
        HostFiles = spec.Mounts.Any(mount => !mount.ReadOnly) ? HostFileUse.Direct : HostFileUse.None,
    };
}
