using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Engine.Tests.Fakes;

/// <summary>A file system in which nothing is.</summary>
internal sealed class NoFiles : IGuestFiles
{
    public Task<FileEntry> StatAsync(string path, string? user, CancellationToken cancellation) => throw Nothing();

    public Task<IReadOnlyList<FileEntry>> ListAsync(string path, int depth, string? user, CancellationToken cancellation) => throw Nothing();

    public Task<FileEntry> MakeDirectoryAsync(string path, string? user, CancellationToken cancellation) => throw Nothing();

    public Task<FileEntry> MoveAsync(string source, string destination, string? user, CancellationToken cancellation) => throw Nothing();

    public Task RemoveAsync(string path, string? user, CancellationToken cancellation) => throw Nothing();

    public Task<GuestFileReader> ReadAsync(string path, string? user, long offset, long? length, CancellationToken cancellation) => throw Nothing();

    public Task<FileEntry> WriteAsync(string path, string? user, Stream content, WriteOptions options, CancellationToken cancellation) => throw Nothing();

    public Task<FileEntry> ComposeAsync(IReadOnlyList<string> sources, string destination, string? user, CancellationToken cancellation) => throw Nothing();

    public IAsyncEnumerable<FileChange?> WatchAsync(string path, bool recursive, bool withEntries, string? user, CancellationToken cancellation) => throw Nothing();

    private static CaissonException Nothing() => new(ErrorCode.NotFound, "there is no such file");
}
