namespace Caisson.Engine.Sandboxes;

/// <summary>The points of copying a sandbox's files, by what they are copied for.</summary>
internal sealed record CopyPoints(EnginePoint Begun, EnginePoint Captured, EnginePoint Layered)
{
    public static CopyPoints OfSnapshot { get; } = new(EnginePoint.SnapshotBegun, EnginePoint.SnapshotCaptured, EnginePoint.SnapshotLayered);

    public static CopyPoints OfForks { get; } = new(EnginePoint.ForkBegun, EnginePoint.ForkCaptured, EnginePoint.ForkLayered);

    public static CopyPoints OfStep { get; } = new(EnginePoint.StepBegun, EnginePoint.StepCaptured, EnginePoint.StepLayered);
}
