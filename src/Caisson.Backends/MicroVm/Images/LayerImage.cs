namespace Caisson.Backends.MicroVm.Images;

/// <summary>The image of one layer.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Digest">Stands for what it holds.</param>
internal sealed record LayerImage(string Path, string Digest);
