namespace Caisson.Dialects.E2b.Volumes.Wire;

internal sealed record VolumeMountView(string? Name, string? Path);
