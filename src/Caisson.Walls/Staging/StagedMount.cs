namespace Caisson.Walls.Staging;

/// <summary>One mount that is composed and still to be put in its place.</summary>
/// <param name="Path">Where it lies now.</param>
/// <param name="Target">Where it belongs inside.</param>
/// <param name="ReadOnly">Whether it may only be read.</param>
internal sealed record StagedMount(string Path, string Target, bool ReadOnly);
