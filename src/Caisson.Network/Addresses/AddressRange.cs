using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Caisson.Network.Addresses;

/// <summary>Sorts addresses into public, special and metadata; an address that carries an IPv4 one is judged by what it carries.</summary>
internal static class AddressRange
{
    private static readonly IPNetwork[] _metadata =
    [
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("100.100.100.200/32"), IPNetwork.Parse("168.63.129.16/32"),
        IPNetwork.Parse("192.0.0.192/32"), IPNetwork.Parse("fd00:ec2::/32"),
    ];

    // The documentation ranges are not here: nothing routes them, and tests play the Internet with them.
    private static readonly IPNetwork[] _special4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("224.0.0.0/3"),
    ];

    private static readonly IPNetwork _global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] _special6 =
    [
        // Teredo, benchmarking and ORCHID carry or name something else than a public interface.
        IPNetwork.Parse("2001::/32"), IPNetwork.Parse("2001:2::/48"), IPNetwork.Parse("2001:10::/28"), IPNetwork.Parse("2001:20::/28"),
    ];

    /// <summary>What kind of address it is.</summary>
    public static AddressKind Classify(IPAddress address)
    {
        var effective = Effective(address);
        if (In(_metadata, effective) || In(_metadata, address))
            return AddressKind.Metadata;
        var special = effective.AddressFamily == AddressFamily.InterNetwork
            ? In(_special4, effective)
            : !_global6.Contains(effective) || In(_special6, effective);
        return special ? AddressKind.Special : AddressKind.Public;
    }

    /// <summary>The IPv4 address inside an IPv4-mapped, IPv4-compatible, 6to4 or NAT64 address, else the address, without a scope.</summary>
    public static IPAddress Effective(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var middle = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        var low = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        if (high == 0 && (middle == 0x0000ffff || (middle == 0 && low > 1)))
            return new IPAddress(bytes[12..]);
        if (high == 0 && middle == 0xffff0000)
            return new IPAddress(bytes[12..]);
        if (high == 0x0064ff9b_00000000 && middle == 0)
            return new IPAddress(bytes[12..]);
        if (bytes[0] == 0x20 && bytes[1] == 0x02)
            return new IPAddress(bytes[2..6]);
        return address.ScopeId == 0 ? address : new IPAddress(bytes);
    }

    private static bool In(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }
}
