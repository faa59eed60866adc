using System.Globalization;
using System.Net;

namespace Caisson.Network.Egress;

/// <summary>What a connection from inside asks for.</summary>
/// <param name="Name">The name asked for, in lower case, or null when an address was dialled raw.</param>
/// <param name="Address">The address dialled raw, or null.</param>
/// <param name="Port">The port.</param>
internal sealed record EgressTarget(string? Name, IPAddress? Address, int Port)
{
    /// <summary>The name, or the address where there is none.</summary>
    public string Host => Name ?? Address?.ToString() ?? "?";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
