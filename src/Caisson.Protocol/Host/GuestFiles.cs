using System.Runtime.CompilerServices;
using Caisson.Core.Guests;
using Caisson.Protocol.Messages;

namespace Caisson.Protocol.Host;

/// <summary>Files inside, asked for over the control door.</summary>
internal sealed class GuestFiles(GuestClient client) : IGuestFiles
{
    private const int Piece = 64 << 10;

    public async Task<FileEntry> StatAsync(string path, string? user, CancellationToken cancellation) =>
        ToEntry(await client.AskAsync(new Call { Stat = At(path, user) }, cancellation).ConfigureAwait(false));

    public async Task<IReadOnlyList<FileEntry>> ListAsync(string path, int depth, string? user, CancellationToken cancellation)
    {
        var request = new Call { ListDirectory = new ListDirectory { Path = path, User = user ?? "", Depth = depth } };
        await using var call = await client.OpenAsync(request, cancellation).ConfigureAwait(false);
        var entries = new List<FileEntry>();
        while (await call.ReadAsync(cancellation).ConfigureAwait(false) is { } item)
            entries.AddRange(item.Reply!.Entries.Entries.Select(ToEntry));
        return entries;
    }

    public async Task<FileEntry> MakeDirectoryAsync(string path, string? user, CancellationToken cancellation) =>
        ToEntry(await client.AskAsync(new Call { MakeDirectory = At(path, user) }, cancellation).ConfigureAwait(false));

    public async Task<FileEntry> MoveAsync(string source, string destination, string? user, CancellationToken cancellation) =>
        ToEntry(await client.AskAsync(new Call { Move = new Move { Source = source, Destination = destination, User = user ?? "" } }, cancellation).ConfigureAwait(false));

    public Task RemoveAsync(string path, string? user, CancellationToken cancellation) =>
        client.InvokeAsync(new Call { Remove = At(path, user) }, cancellation);

    public async Task<GuestFileReader> ReadAsync(string path, string? user, long offset, long? length, CancellationToken cancellation)
    {
        var message = new ReadFile { Path = path, User = user ?? "", Offset = offset };
        if (length is { } limit)
            message.Length = limit;
        var call = await client.OpenAsync(new Call { ReadFile = message }, cancellation).ConfigureAwait(false);
        try
        {
            var entry = ToEntry(await call.SingleAsync(cancellation).ConfigureAwait(false));
            return new GuestFileReader(entry, new GuestReadStream(call));
        }
        catch
        {
            await call.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<FileEntry> WriteAsync(string path, string? user, Stream content, WriteOptions options, CancellationToken cancellation)
    {
        var message = new WriteFile { Path = path, User = user ?? "", Mode = options.Mode, Append = options.Append, SetMetadata = options.Metadata is not null };
        if (options.Metadata is not null)
            message.Metadata.Add(options.Metadata.ToDictionary(StringComparer.Ordinal));
        await using var call = await client.OpenAsync(new Call { WriteFile = message }, cancellation).ConfigureAwait(false);
        var buffer = new byte[Piece];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            await call.SendDataAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
        await call.SendEndAsync(cancellation).ConfigureAwait(false);
        return ToEntry(await call.SingleAsync(cancellation).ConfigureAwait(false));
    }

    public async Task<FileEntry> ComposeAsync(IReadOnlyList<string> sources, string destination, string? user, CancellationToken cancellation)
    {
        var message = new Compose { Destination = destination, User = user ?? "" };
        message.Sources.AddRange(sources);
        return ToEntry(await client.AskAsync(new Call { Compose = message }, cancellation).ConfigureAwait(false));
    }

    public async IAsyncEnumerable<FileChange?> WatchAsync(
        string path, bool recursive, bool withEntries, string? user, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new Call { Watch = new Watch { Path = path, User = user ?? "", Recursive = recursive, WithEntries = withEntries } };
        await using var call = await client.OpenAsync(request, cancellation).ConfigureAwait(false);
        while (await call.ReadAsync(cancellation).ConfigureAwait(false) is { } item)
        {
            if (item.Reply!.Change is { } change)
                yield return new FileChange((FileChangeKind)change.Kind, change.Name, change.Entry is null ? null : ToEntry(change.Entry));
            else
                yield return null;
        }
    }

    private static At At(string path, string? user) => new() { Path = path, User = user ?? "" };

    private static FileEntry ToEntry(Reply reply) => ToEntry(reply.Entry);

    private static FileEntry ToEntry(Entry entry) => new(
        entry.Name,
        entry.Path,
        (FileEntryType)entry.Type,
        entry.Size,
        entry.Mode,
        entry.FileMode,
        entry.Owner,
        entry.Group,
        DateTimeOffset.UnixEpoch.AddTicks(entry.ModifiedNs / 100),
        entry.LinkTarget.Length == 0 ? null : entry.LinkTarget,
        entry.Metadata.ToDictionary(StringComparer.Ordinal));
}
