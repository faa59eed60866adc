namespace Caisson.Client.Wire;

internal sealed record WallsBody(IReadOnlyList<WallStatus> Items);
