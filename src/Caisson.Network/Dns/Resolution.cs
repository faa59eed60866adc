using System.Net;

namespace Caisson.Network.Dns;

/// <summary>What a name came to.</summary>
/// <param name="State">How the look-up ended.</param>
/// <param name="Addresses">Its addresses, IPv4 first.</param>
internal sealed record Resolution(ResolutionState State, IReadOnlyList<IPAddress> Addresses)
{
    public static Resolution NoSuchName { get; } = new(ResolutionState.NoSuchName, []);

    public static Resolution Failed { get; } = new(ResolutionState.Failed, []);
}
