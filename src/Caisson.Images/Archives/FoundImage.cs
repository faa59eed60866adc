using Caisson.Images.Oci;

namespace Caisson.Images.Archives;

/// <summary>An image in an archive.</summary>
/// <param name="Id">The address of its configuration, which pins its layers.</param>
/// <param name="Configuration">What it says of itself.</param>
/// <param name="Layers">Where its layers lie on the host, lowest first.</param>
internal sealed record FoundImage(Digest Id, ImageConfiguration Configuration, IReadOnlyList<FoundLayer> Layers);
