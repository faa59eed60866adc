using Caisson.Core.Events;

namespace Caisson.Walls.Nesting;

/// <summary>Keeps nothing: what a cell was refused is read from its session.</summary>
internal sealed class SilentTimeline : ITimeline
{
    public static SilentTimeline Instance { get; } = new();

    public void Append(SandboxEvent entry)
    {
        // See above.
    }
}
