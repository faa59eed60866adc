namespace Caisson.Client.Wire;

internal sealed record MoveBody(string Source, string Destination, string? User);
