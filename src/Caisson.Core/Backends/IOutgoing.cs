namespace Caisson.Core.Backends;

/// <summary>A facet of walls that know how many connections go out of a sandbox.</summary>
public interface IOutgoing
{
    /// <summary>Connections from inside that are open now.</summary>
    int OutgoingConnections { get; }
}
