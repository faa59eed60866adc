using Caisson.Core.Backends;

namespace Caisson.Engine.Layers;

/// <summary>One layer that a wall captured.</summary>
/// <param name="Address">Hash of its content and of what it stands on, in hexadecimal.</param>
/// <param name="Parent">The address of the layer below, or null.</param>
/// <param name="Template">The template at the bottom.</param>
/// <param name="Wall">The wall that made it.</param>
/// <param name="Bytes">What it takes on disk.</param>
public sealed record LayerRecord(string Address, string? Parent, string Template, string Wall, long Bytes)
{
    /// <summary>The processes that were copied along, which a sandbox started from it goes on with; or null.</summary>
    public CapturedMemory? Memory { get; init; }
}
