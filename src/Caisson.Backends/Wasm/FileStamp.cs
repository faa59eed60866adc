namespace Caisson.Backends.Wasm;

/// <summary>By what a file is known not to have changed.</summary>
internal sealed record FileStamp(long Length, DateTime Written)
{
    /// <summary>A file's, or null when it is not there.</summary>
    public static FileStamp? Of(string path) => new FileInfo(path) is { Exists: true } file ? new FileStamp(file.Length, file.LastWriteTimeUtc) : null;
}
