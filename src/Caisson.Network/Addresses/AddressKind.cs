namespace Caisson.Network.Addresses;

/// <summary>What may be done with an address that a sandbox wants to reach.</summary>
internal enum AddressKind
{
    /// <summary>Unicast of the public Internet.</summary>
    Public,

    /// <summary>Not of the public Internet; reached only where a rule names the address itself.</summary>
    Special,

    /// <summary>A cloud's metadata service; never reached.</summary>
    Metadata,
}
