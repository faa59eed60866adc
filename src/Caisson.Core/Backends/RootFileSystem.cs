namespace Caisson.Core.Backends;

/// <summary>The file system of a template: trees of immutable layers, over which a sandbox gets its own upper layer if <see cref="Writable"/>.</summary>
/// <param name="Trees">Mount points and their layers, parents first.</param>
/// <param name="Writable">Whether the sandbox may write over them, into a layer of its own.</param>
/// <param name="MultiUser">Whether the sandbox has root and other users inside (a range of ids), or one user alone.</param>
public sealed record RootFileSystem(IReadOnlyList<LayerTree> Trees, bool Writable, bool MultiUser)
{
    /// <summary>Files that <see cref="ILayered"/> of the same wall made, to be laid over the trees, lowest first.</summary>
    public IReadOnlyList<string> Captured { get; init; } = [];
}
