using Caisson.Core.Advice;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Walls;

/// <summary>What a sandbox is wanted for: what the server was told of its sandboxes, and what the spec says of this one.</summary>
internal static class WallAdvice
{
    public static Workload Of(Workload server, SandboxSpec spec) => server with
    {
        Network = spec.Egress.Unlisted == EgressVerdict.Allow ? NetworkUse.Open : spec.Egress.Allow.Count > 0 ? NetworkUse.Allowlist : NetworkUse.None,
        Life = spec.Lifecycle.Timeout switch
        {
            null => Life.Days,
            { TotalHours: > 24 } => Life.Days,
            { TotalHours: > 1 } => Life.Hours,
            _ => server.Life == Life.Call ? Life.Call : Life.Session,
        },
    };
}
