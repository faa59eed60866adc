namespace Caisson.Core.Sandboxes;

/// <summary>What becomes of a sandbox whose timeout ran out, or that was idle for as long as it may be.</summary>
public enum TimeoutAction
{
    /// <summary>It is ended and everything of it removed.</summary>
    Kill,

    /// <summary>It is paused, if its wall can.</summary>
    Pause,
}
