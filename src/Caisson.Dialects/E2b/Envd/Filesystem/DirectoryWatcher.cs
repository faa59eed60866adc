using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Dialects.E2b.Envd.Filesystem.Wire;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.E2b.Envd.Filesystem;

/// <summary>Collects the changes below one directory until they are asked for.</summary>
internal sealed class DirectoryWatcher : IAsyncDisposable
{
    private const int MostKept = 10_000;

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<FilesystemEvent> _events = new();
    private readonly Lock _lock = new();
    private readonly ISandbox _sandbox;
    private readonly Task _reading;

    public DirectoryWatcher(EnvdCall call, WatchRequest request)
    {
        _sandbox = call.Sandbox;
        _reading = ReadAsync(call.Files.WatchAsync(
            EnvdCall.CheckedPath(request.Path), request.Recursive ?? false, request.IncludeEntry ?? false, call.User(), _stop.Token));
    }

    /// <summary>Completes when the watch is set, or fails as setting it did.</summary>
    public Task Started => _started.Task;

    public bool IsOver => _sandbox.Ended.IsCompleted;

    /// <summary>What happened since the last time; of more than is kept, the latest.</summary>
    public List<FilesystemEvent> Drain()
    {
        lock (_lock)
        {
            List<FilesystemEvent> events = [.. _events];
            _events.Clear();
            return events;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ReadAsync(IAsyncEnumerable<FileChange?> changes)
    {
        try
        {
            await foreach (var change in changes)
            {
                _started.TrySetResult();
                if (change is not null)
                    Keep(EntryViews.Of(change));
            }

            _started.TrySetException(new CaissonException(ErrorCode.Internal, "the watch ended before it began"));
        }
        catch (Exception error)
        {
            _started.TrySetException(error);
        }
    }

    private void Keep(FilesystemEvent change)
    {
        lock (_lock)
        {
            if (_events.Count == MostKept)
                _events.Dequeue();
            _events.Enqueue(change);
        }
    }
}
