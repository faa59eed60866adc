namespace Caisson.Engine.Rollouts;

/// <summary>A file put into a sandbox before its first step, or fetched from it after its last.</summary>
/// <param name="Path">Absolute, or relative to the execution's working directory.</param>
/// <param name="Content">Its bytes.</param>
public sealed record RolloutFile(string Path, ReadOnlyMemory<byte> Content);
