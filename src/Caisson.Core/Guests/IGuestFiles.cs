namespace Caisson.Core.Guests;

/// <summary>Files inside, handled by the guest with its own rights: root inside where there are several users. The named user decides what relative paths mean and who owns what is made.</summary>
/// <remarks>
/// Paths are absolute, relative to the user's home, or start with <c>~/</c>. A null user means the sandbox's default.
/// Errors are typed: NotFound, InvalidArgument (a file where a directory is needed, a bad path), AlreadyExists, PermissionDenied,
/// Unauthenticated (no such user), ResourceExhausted (disk full).
/// </remarks>
public interface IGuestFiles
{
    /// <summary>Describes one path; a link is described as its target, as <see cref="FileEntry"/> says.</summary>
    Task<FileEntry> StatAsync(string path, string? user, CancellationToken cancellation);

    /// <summary>Lists a directory <paramref name="depth"/> levels deep, depth first, names in ordinal order, links not followed; at most <see cref="GuestLimits.ListedEntries"/>.</summary>
    Task<IReadOnlyList<FileEntry>> ListAsync(string path, int depth, string? user, CancellationToken cancellation);

    /// <summary>Makes a directory and its missing parents; AlreadyExists if it is there, InvalidArgument if a file is.</summary>
    Task<FileEntry> MakeDirectoryAsync(string path, string? user, CancellationToken cancellation);

    /// <summary>Renames, making missing parents of the destination.</summary>
    Task<FileEntry> MoveAsync(string source, string destination, string? user, CancellationToken cancellation);

    /// <summary>Removes a file or a whole tree; an absent path is fine.</summary>
    Task RemoveAsync(string path, string? user, CancellationToken cancellation);

    /// <summary>Opens a regular file for reading from <paramref name="offset"/>, at most <paramref name="length"/> bytes (null for all).</summary>
    Task<GuestFileReader> ReadAsync(string path, string? user, long offset, long? length, CancellationToken cancellation);

    /// <summary>Writes a whole file from a stream, making missing parents, and gives it to the user; what was there is replaced.</summary>
    Task<FileEntry> WriteAsync(string path, string? user, Stream content, WriteOptions options, CancellationToken cancellation);

    /// <summary>Joins files into one, removing the sources.</summary>
    Task<FileEntry> ComposeAsync(IReadOnlyList<string> sources, string destination, string? user, CancellationToken cancellation);

    /// <summary>Watches a directory; the first item yielded is null and says that the watch is set.</summary>
    IAsyncEnumerable<FileChange?> WatchAsync(string path, bool recursive, bool withEntries, string? user, CancellationToken cancellation);
}
