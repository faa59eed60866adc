namespace Caisson.Client.Wire;

internal sealed record DirectoryBody(string Path, string? User);
