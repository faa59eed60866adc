namespace Caisson.Network.Dns;

/// <summary>How a look-up ended.</summary>
internal enum ResolutionState
{
    /// <summary>The name exists; it may have no address.</summary>
    Found,

    /// <summary>The name does not exist.</summary>
    NoSuchName,

    /// <summary>Nobody answered in time or the answer was no use.</summary>
    Failed,
}
