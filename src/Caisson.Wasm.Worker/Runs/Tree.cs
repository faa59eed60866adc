namespace Caisson.Wasm.Worker.Runs;

/// <summary>A directory that modules see.</summary>
/// <param name="Path">Its absolute path, the same inside and outside.</param>
/// <param name="Writable">Whether they may write there.</param>
internal sealed record Tree(string Path, bool Writable)
{
    /// <summary>Whether a path lies there, by its text.</summary>
    public bool Holds(string path) => path == Path || path.StartsWith(Path + "/", StringComparison.Ordinal);
}
