namespace Caisson.Client.Wire;

internal sealed record RotatedBody(int Sealed);
