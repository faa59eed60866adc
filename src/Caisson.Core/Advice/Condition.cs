using Caisson.Core.Backends;

namespace Caisson.Core.Advice;

/// <summary>When a rule holds: every part that is there must; a list is met by any of its members.</summary>
internal sealed record Condition
{
    public List<Trust>? Trust { get; set; }

    public List<Tenancy>? Tenancy { get; set; }

    public List<Place>? Place { get; set; }

    public List<Code>? Code { get; set; }

    public List<Need>? NeedsAny { get; set; }

    public bool? NeedsNone { get; set; }

    public List<NetworkUse>? Network { get; set; }

    public List<SecretUse>? Secrets { get; set; }

    public List<Life>? Life { get; set; }

    public List<StateKept>? State { get; set; }

    public bool? Fork { get; set; }

    public int? ParallelAtLeast { get; set; }

    public int? StartMsBelow { get; set; }

    public List<Goal>? Goal { get; set; }

    public List<HostFileUse>? HostFiles { get; set; }

    /// <summary>Whether the host runs virtual machines on its processor.</summary>
    public bool? Kvm { get; set; }

    /// <summary>Whether the wall runs on the host's operating system.</summary>
    public bool? SystemFits { get; set; }

    /// <summary>Whether the host has a wall of this kind at all.</summary>
    public bool? Present { get; set; }

    /// <summary>Whether its doctor says that it can start.</summary>
    public bool? Usable { get; set; }

    /// <summary>Whether the wall can do everything in the workload's needs.</summary>
    public bool? NeedsMet { get; set; }

    /// <summary>A capability that the wall has not.</summary>
    public Capability? Lacks { get; set; }

    /// <summary>A strength that the wall does not reach.</summary>
    public WallStrength? WeakerThan { get; set; }
}
