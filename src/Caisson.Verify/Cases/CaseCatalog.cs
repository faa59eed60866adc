namespace Caisson.Verify.Cases;

/// <summary>Every case, in the order in which they run.</summary>
public static class CaseCatalog
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<VerifyCase> All { get; } =
    [
        .. ExecCases.All, .. StreamCases.All, .. FileCases.All, .. LimitCases.All, .. NetworkCases.All, .. HostCases.All, .. KernelCases.All, .. NeighbourCases.All, .. EndCases.All,
        .. PortableCases.All, .. PortableEndCases.All,
    ];
}
