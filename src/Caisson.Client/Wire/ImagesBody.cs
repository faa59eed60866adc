namespace Caisson.Client.Wire;

internal sealed record ImagesBody(IReadOnlyList<RemoteImage> Items);
