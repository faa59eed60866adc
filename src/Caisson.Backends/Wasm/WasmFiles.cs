using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Backends.Wasm;

/// <summary>Files of a WebAssembly sandbox: those of the wall around it, but only what modules see, and through no link that leads elsewhere.</summary>
/// <remarks>A link that is put in a path's way between the look and the use leads no further than the wall around.</remarks>
internal sealed class WasmFiles(IGuestFiles inner, Trees trees) : IGuestFiles
{
    public async Task<FileEntry> StatAsync(string path, string? user, CancellationToken cancellation)
    {
        var checkedPath = await CheckAsync(path, user, cancellation).ConfigureAwait(false);
        return await inner.StatAsync(checkedPath, null, cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<FileEntry>> ListAsync(string path, int depth, string? user, CancellationToken cancellation)
    {
        var checkedPath = await CheckAsync(path, user, cancellation).ConfigureAwait(false);
        return await inner.ListAsync(checkedPath, depth, null, cancellation).ConfigureAwait(false);
    }

    public async Task<FileEntry> MakeDirectoryAsync(string path, string? user, CancellationToken cancellation)
    {
        var checkedPath = await CheckAsync(path, user, cancellation).ConfigureAwait(false);
        return await inner.MakeDirectoryAsync(checkedPath, null, cancellation).ConfigureAwait(false);
    }

    public async Task<FileEntry> MoveAsync(string source, string destination, string? user, CancellationToken cancellation)
    {
        var from = await CheckAsync(source, user, cancellation, own: true).ConfigureAwait(false);
        var to = await CheckAsync(destination, user, cancellation, own: true).ConfigureAwait(false);
        return await inner.MoveAsync(from, to, null, cancellation).ConfigureAwait(false);
    }

    public async Task RemoveAsync(string path, string? user, CancellationToken cancellation)
    {
        var checkedPath = await CheckAsync(path, user, cancellation, own: true).ConfigureAwait(false);
        await inner.RemoveAsync(checkedPath, null, cancellation).ConfigureAwait(false);
    }

    public async Task<GuestFileReader> ReadAsync(string path, string? user, long offset, long? length, CancellationToken cancellation)
    {
        var checkedPath = await CheckAsync(path, user, cancellation).ConfigureAwait(false);
        return await inner.ReadAsync(checkedPath, null, offset, length, cancellation).ConfigureAwait(false);
    }

    public async Task<FileEntry> WriteAsync(string path, string? user, Stream content, WriteOptions options, CancellationToken cancellation)
    {
        var checkedPath = await CheckAsync(path, user, cancellation).ConfigureAwait(false);
        return await inner.WriteAsync(checkedPath, null, content, options, cancellation).ConfigureAwait(false);
    }

    public async Task<FileEntry> ComposeAsync(IReadOnlyList<string> sources, string destination, string? user, CancellationToken cancellation)
    {
        var from = new List<string>();
        foreach (var source in sources)
            from.Add(await CheckAsync(source, user, cancellation).ConfigureAwait(false));
        var to = await CheckAsync(destination, user, cancellation).ConfigureAwait(false);
        return await inner.ComposeAsync(from, to, null, cancellation).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<FileChange?> WatchAsync(
        string path, bool recursive, bool withEntries, string? user, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var checkedPath = await CheckAsync(path, user, cancellation).ConfigureAwait(false);
        await foreach (var change in inner.WatchAsync(checkedPath, recursive, withEntries, null, cancellation).ConfigureAwait(false))
            yield return change;
    }

    /// <summary>The path, when neither its text nor a link on its way leads out.</summary>
    /// <param name="path">The path.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="own">Whether the last part is handled itself, and not what it links to.</param>
    private async Task<string> CheckAsync(string path, string? user, CancellationToken cancellation, bool own = false)
    {
        var absolute = trees.Require(path);
        if (user is not (null or "" or "user"))
            throw Refusals.User(user);
        foreach (var step in trees.Steps(own ? Path.GetDirectoryName(absolute) ?? absolute : absolute))
        {
            FileEntry entry;
            try
            {
                entry = await inner.StatAsync(step, null, cancellation).ConfigureAwait(false);
            }
            catch (CaissonException missing) when (missing.Code is ErrorCode.NotFound or ErrorCode.InvalidArgument)
            {
                // What is not there leads nowhere; the call itself says so.
                break;
            }

            // Of a link to nothing it is not known where writing through it would lead.
            if (entry is { Type: FileEntryType.Unknown, LinkTarget: not null } || (entry.LinkTarget is { } target && !trees.Holds(target)))
                throw new CaissonException(ErrorCode.NotFound, $"{step} is a link that leads out of what this sandbox has");
        }

        return absolute;
    }
}
