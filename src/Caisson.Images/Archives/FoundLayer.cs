using Caisson.Images.Oci;

namespace Caisson.Images.Archives;

/// <summary>A layer in an archive.</summary>
/// <param name="Path">Where it lies on the host.</param>
/// <param name="DiffId">The address of its content before compression.</param>
internal sealed record FoundLayer(string Path, Digest DiffId);
