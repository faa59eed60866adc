namespace Caisson.Store;

/// <summary>The store's file: it holds tokens, so nobody but its owner may read it.</summary>
internal static class StoreFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the file if it is not there, and private in any case; SQLite gives its companions the same mode.</summary>
    public static void Prepare(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
            Directory.CreateDirectory(directory, Private | UnixFileMode.UserExecute);
        using (new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = Private,
        }))
        {
        }

        foreach (var file in (string[])[path, path + "-wal", path + "-shm"])
        {
            if (File.Exists(file) && File.GetUnixFileMode(file) != Private)
                File.SetUnixFileMode(file, Private);
        }
    }
}
