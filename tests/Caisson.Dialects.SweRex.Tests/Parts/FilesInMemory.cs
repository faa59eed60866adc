using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Dialects.SweRex.Tests.Parts;

/// <summary>Takes files and directories, and nothing else.</summary>
internal sealed class FilesInMemory : IGuestFiles
{
    public Dictionary<string, long> Written { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Directories { get; } = new(StringComparer.Ordinal);

    public async Task<FileEntry> WriteAsync(string path, string? user, Stream content, WriteOptions options, CancellationToken cancellation)
    {
        var buffer = new byte[1000];
        var length = 0L;
        for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0;)
            length += read;
        Written[path] = length;
        return null!;
    }

    public Task<FileEntry> MakeDirectoryAsync(string path, string? user, CancellationToken cancellation) =>
        Directories.Add(path) ? Task.FromResult<FileEntry>(null!) : throw new CaissonException(ErrorCode.AlreadyExists, "it is there");

    public Task<FileEntry> StatAsync(string path, string? user, CancellationToken cancellation) => throw new InvalidOperationException();

    public Task<IReadOnlyList<FileEntry>> ListAsync(string path, int depth, string? user, CancellationToken cancellation) => throw new InvalidOperationException();

    public Task<FileEntry> MoveAsync(string source, string destination, string? user, CancellationToken cancellation) => throw new InvalidOperationException();

    public Task RemoveAsync(string path, string? user, CancellationToken cancellation) => throw new InvalidOperationException();

    public Task<GuestFileReader> ReadAsync(string path, string? user, long offset, long? length, CancellationToken cancellation) => throw new InvalidOperationException();

    public Task<FileEntry> ComposeAsync(IReadOnlyList<string> sources, string destination, string? user, CancellationToken cancellation) => throw new InvalidOperationException();

    public IAsyncEnumerable<FileChange?> WatchAsync(string path, bool recursive, bool withEntries, string? user, CancellationToken cancellation) => throw new InvalidOperationException();
}
