using System.Collections.Concurrent;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Server.Tests.Fakes;

/// <summary>Files kept in a dictionary.</summary>
internal sealed class FakeFiles : IGuestFiles
{
    private readonly ConcurrentDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public WriteOptions? LastOptions { get; private set; }

    public Task<FileEntry> StatAsync(string path, string? user, CancellationToken cancellation) => Task.FromResult(Entry(path, Find(path).Length));

    public Task<IReadOnlyList<FileEntry>> ListAsync(string path, int depth, string? user, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<FileEntry>>([.. _files.Where(file => file.Key.StartsWith(path, StringComparison.Ordinal)).Select(file => Entry(file.Key, file.Value.Length))]);

    public Task<FileEntry> MakeDirectoryAsync(string path, string? user, CancellationToken cancellation) =>
        _files.ContainsKey(path) ? throw new CaissonException(ErrorCode.AlreadyExists, "It is there.") : Task.FromResult(Entry(path, 0));

    public Task<FileEntry> MoveAsync(string source, string destination, string? user, CancellationToken cancellation)
    {
        _files[destination] = Find(source);
        _files.TryRemove(source, out _);
        return StatAsync(destination, user, cancellation);
    }

    public Task RemoveAsync(string path, string? user, CancellationToken cancellation)
    {
        _files.TryRemove(path, out _);
        return Task.CompletedTask;
    }

    public Task<GuestFileReader> ReadAsync(string path, string? user, long offset, long? length, CancellationToken cancellation)
    {
        var bytes = Find(path);
        var from = (int)Math.Min(offset, bytes.Length);
        return Task.FromResult(new GuestFileReader(Entry(path, bytes.Length), new MemoryStream(bytes, from, (int)Math.Min(length ?? long.MaxValue, bytes.Length - from))));
    }

    public async Task<FileEntry> WriteAsync(string path, string? user, Stream content, WriteOptions options, CancellationToken cancellation)
    {
        LastOptions = options;
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellation);
        _files[path] = bytes.ToArray();
        return Entry(path, bytes.Length);
    }

    public Task<FileEntry> ComposeAsync(IReadOnlyList<string> sources, string destination, string? user, CancellationToken cancellation) => throw new NotSupportedException();

    public IAsyncEnumerable<FileChange?> WatchAsync(string path, bool recursive, bool withEntries, string? user, CancellationToken cancellation) => throw new NotSupportedException();

    private static FileEntry Entry(string path, long size) => new(
        Path.GetFileName(path), path, FileEntryType.File, size, 0x1A4, 0x81A4, "user", "user", TimeProvider.System.GetUtcNow(), null, new Dictionary<string, string>());

    private byte[] Find(string path) => _files.TryGetValue(path, out var bytes) ? bytes : throw new CaissonException(ErrorCode.NotFound, "No such file.");
}
