using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Dialects.E2b.Tests.Fakes;

/// <summary>Files in memory; what is longer than <see cref="MostKept"/> is counted and forgotten, and read back as zeros.</summary>
internal sealed class FakeFiles : IGuestFiles
{
    public const int MostKept = 1 << 20;

    private readonly ConcurrentDictionary<string, (byte[] Data, long Size, IReadOnlyDictionary<string, string> Metadata)> _files = new();
    private readonly ConcurrentDictionary<string, bool> _directories = new() { ["/"] = true, ["/home/user"] = true };
    private readonly List<Channel<FileChange?>> _watches = [];

    public Task<FileEntry> StatAsync(string path, string? user, CancellationToken cancellation)
    {
        path = Absolute(path);
        if (_files.TryGetValue(path, out var file))
            return Task.FromResult(Entry(path, FileEntryType.File, file.Size, file.Metadata));
        return _directories.ContainsKey(path)
            ? Task.FromResult(Entry(path, FileEntryType.Directory, 4096, new Dictionary<string, string>()))
            : throw new CaissonException(ErrorCode.NotFound, $"{path}: no such file or directory");
    }

    public async Task<IReadOnlyList<FileEntry>> ListAsync(string path, int depth, string? user, CancellationToken cancellation)
    {
        path = Absolute(path);
        if (!_directories.ContainsKey(path))
            throw new CaissonException(_files.ContainsKey(path) ? ErrorCode.InvalidArgument : ErrorCode.NotFound, "not a directory");
        var entries = new List<FileEntry>();
        foreach (var name in _files.Keys.Concat(_directories.Keys).Where(n => n != path && n.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            entries.Add(await StatAsync(name, user, cancellation));
        return entries;
    }

    public Task<FileEntry> MakeDirectoryAsync(string path, string? user, CancellationToken cancellation) =>
        _directories.TryAdd(Absolute(path), true) ? StatAsync(path, user, cancellation) : throw new CaissonException(ErrorCode.AlreadyExists, "directory already exists");

    public Task<FileEntry> MoveAsync(string source, string destination, string? user, CancellationToken cancellation)
    {
        if (!_files.TryRemove(Absolute(source), out var file))
            throw new CaissonException(ErrorCode.NotFound, "no such file");
        _files[Absolute(destination)] = file;
        return StatAsync(destination, user, cancellation);
    }

    public Task RemoveAsync(string path, string? user, CancellationToken cancellation)
    {
        _files.TryRemove(Absolute(path), out _);
        _directories.TryRemove(Absolute(path), out _);
        return Task.CompletedTask;
    }

    public async Task<GuestFileReader> ReadAsync(string path, string? user, long offset, long? length, CancellationToken cancellation)
    {
        var entry = await StatAsync(path, user, cancellation);
        if (entry.Type == FileEntryType.Directory)
            throw new CaissonException(ErrorCode.InvalidArgument, "is a directory");
        var file = _files[entry.Path];
        Stream content = file.Size > MostKept
            ? new ZeroStream(Math.Min(length ?? long.MaxValue, file.Size - offset))
            : new MemoryStream(file.Data, (int)offset, (int)Math.Min(length ?? long.MaxValue, file.Size - offset));
        return new GuestFileReader(entry, content);
    }

    public async Task<FileEntry> WriteAsync(string path, string? user, Stream content, WriteOptions options, CancellationToken cancellation)
    {
        path = Absolute(path);
        if (_directories.ContainsKey(path))
            throw new CaissonException(ErrorCode.InvalidArgument, $"path '{path}' is a directory");
        var kept = new MemoryStream();
        var buffer = new byte[64 << 10];
        long size = 0;
        int read;
        while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
        {
            size += read;
            if (size <= MostKept)
                kept.Write(buffer, 0, read);
        }

        _files[path] = (kept.ToArray(), size, options.Metadata ?? new Dictionary<string, string>());
        foreach (var watch in _watches)
            watch.Writer.TryWrite(new FileChange(FileChangeKind.Write, Path.GetFileName(path), null));
        return await StatAsync(path, user, cancellation);
    }

    public async Task<FileEntry> ComposeAsync(IReadOnlyList<string> sources, string destination, string? user, CancellationToken cancellation)
    {
        var joined = sources.SelectMany(source => _files.TryRemove(Absolute(source), out var file) ? file.Data : throw new CaissonException(ErrorCode.NotFound, source)).ToArray();
        return await WriteAsync(destination, user, new MemoryStream(joined), new WriteOptions(), cancellation);
    }

    public async IAsyncEnumerable<FileChange?> WatchAsync(string path, bool recursive, bool withEntries, string? user, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await ListAsync(path, 1, user, cancellation);
        var channel = Channel.CreateUnbounded<FileChange?>();
        _watches.Add(channel);
        yield return null;
        await foreach (var change in channel.Reader.ReadAllAsync(cancellation))
            yield return change;
    }

    private static string Absolute(string path) => path.StartsWith('/') ? path : "/home/user/" + path.TrimStart('~').TrimStart('/');

    private static FileEntry Entry(string path, FileEntryType type, long size, IReadOnlyDictionary<string, string> metadata) => new(
        Path.GetFileName(path), path, type, size, 0x1A4, type == FileEntryType.File ? 0x81A4 : 0x41ED, "user", "user", DateTimeOffset.UnixEpoch.AddDays(20000), null, metadata);
}
