using System.Runtime.CompilerServices;
using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;

namespace Caisson.Engine.Doors;

/// <summary>Files behind the sandbox's state, as <see cref="DoorGuest"/> is for processes.</summary>
internal sealed class DoorFiles(LiveSandbox sandbox, IGuest guest) : IGuestFiles
{
    /// <inheritdoc/>
    public Task<FileEntry> StatAsync(string path, string? user, CancellationToken cancellation) =>
        RunAsync(token => guest.Files.StatAsync(path, user, token), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FileEntry>> ListAsync(string path, int depth, string? user, CancellationToken cancellation) =>
        RunAsync(token => guest.Files.ListAsync(path, depth, user, token), cancellation);

    /// <inheritdoc/>
    public Task<FileEntry> MakeDirectoryAsync(string path, string? user, CancellationToken cancellation) =>
        RunAsync(token => guest.Files.MakeDirectoryAsync(path, user, token), cancellation);

    /// <inheritdoc/>
    public Task<FileEntry> MoveAsync(string source, string destination, string? user, CancellationToken cancellation) =>
        RunAsync(token => guest.Files.MoveAsync(source, destination, user, token), cancellation);

    /// <inheritdoc/>
    public Task RemoveAsync(string path, string? user, CancellationToken cancellation) => RunAsync(
        async token =>
        {
            await guest.Files.RemoveAsync(path, user, token);
            return true;
        },
        cancellation);

    /// <inheritdoc/>
    public async Task<GuestFileReader> ReadAsync(string path, string? user, long offset, long? length, CancellationToken cancellation)
    {
        var pass = await sandbox.EnterAsync(cancellation);
        try
        {
            var reader = await pass.RunAsync(token => guest.Files.ReadAsync(path, user, offset, length, token));
            return reader with { Content = new DoorStream(reader.Content, pass) };
        }
        catch
        {
            pass.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<FileEntry> WriteAsync(string path, string? user, Stream content, WriteOptions options, CancellationToken cancellation) =>
        RunAsync(token => guest.Files.WriteAsync(path, user, content, options, token), cancellation);

    /// <inheritdoc/>
    public Task<FileEntry> ComposeAsync(IReadOnlyList<string> sources, string destination, string? user, CancellationToken cancellation) =>
        RunAsync(token => guest.Files.ComposeAsync(sources, destination, user, token), cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<FileChange?> WatchAsync(
        string path, bool recursive, bool withEntries, string? user, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var pass = await sandbox.EnterAsync(cancellation);
        await using var changes = guest.Files.WatchAsync(path, recursive, withEntries, user, pass.Token).GetAsyncEnumerator(pass.Token);
        while (true)
        {
            try
            {
                if (!await changes.MoveNextAsync())
                    yield break;
            }
            catch (OperationCanceledException e) when (pass.Left.IsCancellationRequested)
            {
                throw pass.Closed(e);
            }

            yield return changes.Current;
        }
    }

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var pass = await sandbox.EnterAsync(cancellation);
        return await pass.RunAsync(call);
    }
}
