namespace Caisson.Network.Egress;

/// <summary>Names of the rules that hold under every policy, as they appear in decisions and in <c>X-Caisson-Denied</c>.</summary>
internal static class BuiltInRule
{
    public const string Unlisted = "unlisted";
    public const string PrivateAddress = "private-address";
    public const string CloudMetadata = "cloud-metadata";
    public const string HostAddress = "host-address";
    public const string UnknownAddress = "unknown-address";
    public const string BadName = "bad-name";
    public const string SniMismatch = "sni-mismatch";
    public const string SniMissing = "sni-missing";
    public const string TlsMalformed = "tls-malformed";
    public const string HostMismatch = "host-mismatch";
    public const string HttpMalformed = "http-malformed";
    public const string Unresolvable = "unresolvable";
    public const string Unreachable = "unreachable";
    public const string ProxyUnreachable = "proxy-unreachable";
    public const string PolicyChanged = "policy-changed";
    public const string TlsUnverified = "tls-unverified";
}
