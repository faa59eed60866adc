namespace Caisson.Core.Events;

/// <summary>The append-only journal of one sandbox.</summary>
public interface ITimeline
{
    /// <summary>Appends an entry, giving it its number and time; never blocks and never throws.</summary>
    void Append(SandboxEvent entry);
}
