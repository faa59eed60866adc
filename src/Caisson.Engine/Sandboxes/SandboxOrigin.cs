using Caisson.Engine.Layers;
using Caisson.Engine.Templates;

namespace Caisson.Engine.Sandboxes;

/// <summary>What a new sandbox stands on.</summary>
/// <param name="Layer">The topmost captured layer, or null for the template at the bottom alone.</param>
/// <param name="Base">The template at the bottom, by its name in the catalogue.</param>
/// <param name="Defaults">What it is given beside files.</param>
internal sealed record SandboxOrigin(LayerRecord? Layer, string Base, TemplateDefaults Defaults)
{
    /// <summary>Whether its files alone, what they stand on, will do where its memory cannot be used.</summary>
    public bool FilesWillDo { get; init; }

    /// <summary>The layer with memory that it goes on from, needed until it has started; or null.</summary>
    public string? Copied => Layer is { Memory: not null } ? Layer.Address : null;

    /// <summary>The topmost layer that its disk lies over: one with memory is the disk itself, copied.</summary>
    public string? StandsOn => Copied is null ? Layer?.Address : Layer!.Parent;

    /// <summary>A captured layer and what lies under it.</summary>
    public static SandboxOrigin Of(LayerRecord layer, TemplateDefaults defaults) => new(layer, layer.Template, defaults);
}
