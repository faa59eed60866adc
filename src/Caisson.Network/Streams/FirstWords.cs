namespace Caisson.Network.Streams;

/// <summary>What the first bytes of a client are.</summary>
internal enum FirstWords
{
    /// <summary>Not yet to be told.</summary>
    Undecided,

    /// <summary>A TLS record.</summary>
    Tls,

    /// <summary>An HTTP/1 request, or what a lenient server might take for one.</summary>
    Http,

    /// <summary>Anything else.</summary>
    Other,
}
