namespace Caisson.Network.Dns;

/// <summary>Response codes of RFC 1035 that the gateway gives or understands.</summary>
internal enum DnsCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NoSuchName = 3,
    NotImplemented = 4,
    Refused = 5,
}
