using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Templates.Archives;

/// <summary>What a template's archive says of itself, as its first entry.</summary>
/// <param name="Version">Of the format; 1.</param>
/// <param name="Name">The template's name.</param>
/// <param name="Tag">The tag that was taken.</param>
/// <param name="Base">The template at the bottom, which the reader must have.</param>
/// <param name="Wall">The wall that made the layers, which the reader must have.</param>
/// <param name="Resources">Bounds of the sandboxes from it.</param>
/// <param name="Defaults">What they are given beside files.</param>
/// <param name="Layers">How long the file of each layer is, lowest first; its content follows in pieces, and what has no piece is zero.</param>
internal sealed record ArchiveManifest(
    int Version, string Name, string Tag, string Base, string Wall, Resources Resources, TemplateDefaults Defaults, IReadOnlyList<long> Layers)
{
    /// <summary>The version of the format that this code writes and reads.</summary>
    public const int Current = 1;

    /// <summary>The name of its entry.</summary>
    public const string Entry = "caisson-template.json";

    /// <summary>The name of a piece of a layer.</summary>
    public static string PieceName(int layer, long offset) => FormattableString.Invariant($"layers/{layer}/{offset:x16}");
}
