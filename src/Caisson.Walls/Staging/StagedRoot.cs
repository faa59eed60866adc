namespace Caisson.Walls.Staging;

/// <summary>What was composed for a sandbox, as the wall finds it.</summary>
/// <param name="Path">The root with everything in it but <c>/proc</c> and the nested mounts.</param>
/// <param name="Nested">Mounts that lie within other mounts, parents first.</param>
internal sealed record StagedRoot(string Path, IReadOnlyList<StagedMount> Nested);
