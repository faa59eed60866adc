namespace Caisson.Engine.State;

/// <summary>Files that are there after a crash of the host once a call has returned.</summary>
/// <param name="syncDirectory">Waits until the names in a directory are on disk.</param>
internal sealed class DurableFiles(Action<string>? syncDirectory)
{
    /// <summary>Waits until the content of a file is on disk, then renames it over another.</summary>
    public void Move(string file, string target)
    {
        using (var opened = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
            opened.Flush(flushToDisk: true);
        File.Move(file, target, overwrite: true);
        SyncDirectoryOf(target);
    }

    /// <summary>Renames a directory whose files are on disk.</summary>
    public void MoveDirectory(string directory, string target)
    {
        syncDirectory?.Invoke(directory);
        Directory.Move(directory, target);
        SyncDirectoryOf(target);
    }

    private void SyncDirectoryOf(string path) => syncDirectory?.Invoke(Path.GetDirectoryName(Path.GetFullPath(path))!);
}
