namespace Caisson.Network.Tls;

/// <summary>How the reading of a TLS greeting ended.</summary>
internal enum HelloState
{
    Incomplete,
    Malformed,
    Whole,
}
