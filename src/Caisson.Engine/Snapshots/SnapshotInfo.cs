using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Templates;

namespace Caisson.Engine.Snapshots;

/// <summary>The files of a sandbox at one moment, with its processes where they were asked for and its wall can, kept as a template.</summary>
/// <param name="Id">Its id, in the form of a sandbox's; a spec names it as its template.</param>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="Tag">Which of the snapshots of that name it is.</param>
/// <param name="Source">The sandbox it was made of, which may be gone.</param>
/// <param name="Wall">The wall that made it, which alone can read it.</param>
/// <param name="Layer">The address of its topmost layer.</param>
/// <param name="Bytes">What that layer takes on the host's disk.</param>
/// <param name="CreatedAt">When, UTC.</param>
public sealed record SnapshotInfo(
    string Id, string Tenant, string? Name, string Tag, SandboxId Source, string Wall, string Layer, long Bytes, DateTimeOffset CreatedAt)
{
    /// <summary>Bounds of the sandbox it was made of.</summary>
    public Resources Resources { get; init; } = new();

    /// <summary>Its processes' memory on the host's disk, in bytes, and how many there are; null where it has files alone.</summary>
    public CapturedMemory? Memory { get; init; }

    /// <summary>What the template of that sandbox gave it beside files, and gives to those from the snapshot.</summary>
    public TemplateDefaults Defaults { get; init; } = TemplateDefaults.None;
}
