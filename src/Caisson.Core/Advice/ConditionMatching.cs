namespace Caisson.Core.Advice;

/// <summary>Whether a condition holds for a workload, a host and a wall.</summary>
internal static class ConditionMatching
{
    /// <summary>The part of the condition that speaks of workload and host alone.</summary>
    public static bool Holds(this Condition when, Workload work, HostFacts host) =>
        Any(when.Trust, work.Trust)
        && Any(when.Tenancy, work.Tenancy)
        && Any(when.Place, work.Place)
        && Any(when.Code, work.Code)
        && (when.NeedsAny is null || when.NeedsAny.Exists(work.Needs.Contains))
        && Is(when.NeedsNone, work.Needs.Count == 0)
        && Any(when.Network, work.Network)
        && Any(when.Secrets, work.Secrets)
        && Any(when.Life, work.Life)
        && Any(when.State, work.State)
        && Is(when.Fork, work.Fork)
        && (when.ParallelAtLeast is not { } least || work.Parallel >= least)
        && (when.StartMsBelow is not { } most || work.StartMs < most)
        && Any(when.Goal, work.Goal)
        && Any(when.HostFiles, work.HostFiles)
        && Is(when.Kvm, host.Kvm);

    /// <summary>The whole condition.</summary>
    public static bool Holds(this Condition when, Workload work, HostFacts host, Candidate wall) =>
        when.Holds(work, host)
        && Is(when.SystemFits, wall.Kind.Systems.Contains(host.System))
        && Is(when.Present, wall.Facts is not null)
        && Is(when.Usable, wall.Facts is { Report.Usable: true })
        && Is(when.NeedsMet, wall.Missing(work).Count == 0)
        && (when.Lacks is not { } capability || !wall.Kind.Can.Contains(capability))
        && (when.WeakerThan is not { } strength || wall.Kind.Strength < strength);

    private static bool Any<T>(List<T>? allowed, T value) => allowed is null || allowed.Contains(value);

    private static bool Is(bool? asked, bool value) => asked is null || asked == value;
}
