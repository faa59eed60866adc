namespace Caisson.Core.Backends;

/// <summary>One mount point of a root file system.</summary>
/// <param name="Target">Absolute path inside.</param>
/// <param name="Layers">Host directories, lowest first.</param>
public sealed record LayerTree(string Target, IReadOnlyList<string> Layers);
