namespace Caisson.Connect;

/// <summary>Header and media type names of the protocol.</summary>
internal static class ConnectHeaders
{
    public const string Timeout = "Connect-Timeout-Ms";
    public const string Version = "Connect-Protocol-Version";
    public const string ContentEncoding = "Connect-Content-Encoding";
    public const string AcceptEncoding = "Connect-Accept-Encoding";
    public const string UnaryJson = "application/json";
    public const string StreamJson = "application/connect+json";
}
