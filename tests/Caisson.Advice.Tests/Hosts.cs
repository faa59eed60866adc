using Caisson.Core.Advice;
using Caisson.Core.Backends;

namespace Caisson.Advice.Tests;

/// <summary>Hosts to choose a wall on.</summary>
internal static class Hosts
{
    public static readonly BackendReport Good = new(true, [new HostCheck("everything", HostCheckState.Ok, "fine")]);

    public static readonly BackendReport Bad = new(false, [new HostCheck("program", HostCheckState.Missing, "/usr/bin/wall is not there", "apt-get install wall")]);

    /// <summary>A host with one usable wall of each strength.</summary>
    public static HostFacts Full(HostSystem system = HostSystem.Linux, bool kvm = true) =>
        new(system, kvm, [.. Enum.GetValues<WallStrength>().Select(strength => Wall(strength, Good))]);

    public static WallFacts Wall(WallStrength strength, BackendReport report) => new($"wall-{strength}", strength, report);

    /// <summary>The strength of the wall chosen, or null for none.</summary>
    public static WallStrength? Chosen(this Recommendation advice) => advice.Ranked.Count > 0 ? advice.Ranked[0].Strength : null;
}
