namespace Caisson.Dialects.E2b.Volumes.Wire;

/// <summary>The error body of volume content, whose code is text.</summary>
internal sealed record VolumeError(string Code, string Message);
