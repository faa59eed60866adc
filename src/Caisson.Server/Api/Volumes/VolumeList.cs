namespace Caisson.Server.Api.Volumes;

/// <summary>The caller's volumes, oldest first.</summary>
internal sealed record VolumeList(IReadOnlyList<VolumeBody> Items);
