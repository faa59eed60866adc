namespace Caisson.Images;

/// <summary>An image that was unpacked on this host.</summary>
/// <param name="Id">The address of its configuration, <c>sha256:</c> and 64 digits: one image has one, wherever it came from.</param>
/// <param name="Defaults">What it asks of sandboxes.</param>
/// <param name="Layers">How many layers it had.</param>
/// <param name="Bytes">Bytes of their files.</param>
/// <param name="Entries">Entries of them.</param>
/// <param name="ImportedAt">When, UTC.</param>
public sealed record ImportedImage(string Id, ImageDefaults Defaults, int Layers, long Bytes, int Entries, DateTimeOffset ImportedAt);
