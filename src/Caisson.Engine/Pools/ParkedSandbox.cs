using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Timeline;

namespace Caisson.Engine.Pools;

/// <summary>A started sandbox that is nobody's yet.</summary>
/// <param name="Id">Its id, which it keeps.</param>
/// <param name="Layer">The layer it stands on, of which it holds one use, or null.</param>
/// <param name="Wall">What isolates it.</param>
/// <param name="Timeline">Its journal, empty so far.</param>
internal sealed record ParkedSandbox(SandboxId Id, string? Layer, IWalledSandbox Wall, SandboxTimeline Timeline)
{
    /// <summary>Whether nothing has been seen of its end.</summary>
    public bool IsAlive => !Wall.Exited.IsCompleted && !Wall.Guest.Closed.IsCompleted;
}
