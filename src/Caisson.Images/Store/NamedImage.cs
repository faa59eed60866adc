namespace Caisson.Images.Store;

/// <summary>A name of an imported image.</summary>
/// <param name="Name">The name.</param>
/// <param name="Tag">Which of that name.</param>
/// <param name="Image">The image.</param>
public sealed record NamedImage(string Name, string Tag, ImportedImage Image);
