namespace Caisson.Server.Api.Images;

/// <summary>Every name of an imported image, in order.</summary>
internal sealed record ImageList(IReadOnlyList<ImageBody> Items);
