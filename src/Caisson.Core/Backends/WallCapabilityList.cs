namespace Caisson.Core.Backends;

/// <summary>Capabilities one by one, as wire formats name them.</summary>
public static class WallCapabilityList
{
    private static readonly WallCapabilities[] _single = [WallCapabilities.Programs, WallCapabilities.Terminals, WallCapabilities.Users, WallCapabilities.Sockets];

    /// <summary>Those that are there.</summary>
    public static IReadOnlyList<WallCapabilities> Listed(this WallCapabilities capabilities) => [.. _single.Where(one => capabilities.HasFlag(one))];

    /// <summary>The name of one, for people.</summary>
    public static string Word(this WallCapabilities capability) => capability.ToString().ToLowerInvariant();
}
