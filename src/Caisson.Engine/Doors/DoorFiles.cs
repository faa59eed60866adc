using System.Runtime.CompilerServices;
using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;

namespace Caisson.Engine.Doors;

/// <summary>Files behind the sandbox's state, as <see cref="DoorGuest"/> is for processes.</summary>
internal sealed class DoorFiles(LiveSandbox sandbox) : IGuestFiles
{
    /// <inheritdoc/>
    public Task<FileEntry> StatAsync(string path, string? user, CancellationToken cancellation) =>
        RunAsync(token => sandbox.Inside.Files.StatAsync(path, user, token), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FileEntry>> ListAsync(string path, int depth, string? user, CancellationToken cancellation) =>
        RunAsync(token => sandbox.Inside.Files.ListAsync(path, depth, user, token), cancellation);

    /// <inheritdoc/>
    public Task<FileEntry> MakeDirectoryAsync(string path, string? user, CancellationToken cancellation) =>
        RunAsync(token => sandbox.Inside.Files.MakeDirectoryAsync(path, user, token), cancellation);

    /// <inheritdoc/>
    public Task<FileEntry> MoveAsync(string source, string destination, string? user, CancellationToken cancellation) =>
        RunAsync(token => sandbox.Inside.Files.MoveAsync(source, destination, user, token), cancellation);

    /// <inheritdoc/>
    public Task RemoveAsync(string path, string? user, CancellationToken cancellation) => RunAsync(
        async token =>
        {
            await sandbox.Inside.Files.RemoveAsync(path, user, token);
            return true;
        },
        cancellation);

    /// <inheritdoc/>
    public async Task<GuestFileReader> ReadAsync(string path, string? user, long offset, long? length, CancellationToken cancellation)
    {
        var pass = await sandbox.EnterAsync(cancellation);
        try
        {
            var reader = await pass.RunAsync(token => sandbox.Inside.Files.ReadAsync(path, user, offset, length, token));
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
        RunAsync(token => sandbox.Inside.Files.WriteAsync(path, user, content, options, token), cancellation);

    /// <inheritdoc/>
    public Task<FileEntry> ComposeAsync(IReadOnlyList<string> sources, string destination, string? user, CancellationToken cancellation) =>
        RunAsync(token => sandbox.Inside.Files.ComposeAsync(sources, destination, user, token), cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<FileChange?> WatchAsync(
        string path, bool recursive, bool withEntries, string? user, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var pass = await sandbox.EnterAsync(cancellation);
        await using var changes = sandbox.Inside.Files.WatchAsync(path, recursive, withEntries, user, pass.Token).GetAsyncEnumerator(pass.Token);
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
