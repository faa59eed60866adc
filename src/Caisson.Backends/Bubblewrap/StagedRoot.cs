namespace Caisson.Backends.Bubblewrap;

/// <summary>What was composed for a sandbox, as bwrap finds it.</summary>
/// <param name="Path">The root with everything in it but <c>/proc</c> and the nested mounts.</param>
/// <param name="Nested">Mounts that lie within other mounts, parents first.</param>
internal sealed record StagedRoot(string Path, IReadOnlyList<StagedMount> Nested);
