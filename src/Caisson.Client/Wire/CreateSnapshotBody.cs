namespace Caisson.Client.Wire;

internal sealed record CreateSnapshotBody(string? Name, string Tag, bool Memory);
