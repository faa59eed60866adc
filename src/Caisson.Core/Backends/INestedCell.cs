using Caisson.Core.Events;

namespace Caisson.Core.Backends;

/// <summary>What one cell of a divided sandbox has on the host; used by one execution after the other.</summary>
public interface INestedCell : IAsyncDisposable
{
    /// <summary>Gives it other limits; nothing may be running in it.</summary>
    void Limit(Sandboxes.Resources resources);

    /// <summary>How often the memory limit has ended a process in it.</summary>
    long OutOfMemoryKills { get; }

    /// <summary>Connections that were refused since its network was made, newest last.</summary>
    IReadOnlyList<EgressDecision> Denials { get; }

    /// <summary>Whether something of its connections is left that the next execution could see.</summary>
    bool HasTraces { get; }

    /// <summary>Gives it a network in which nothing has happened; it must be handed over again.</summary>
    Task RenewNetworkAsync();
}
