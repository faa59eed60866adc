namespace Caisson.Engine.Sandboxes;

/// <summary>One change of a sandbox under way, with a limit of its own: it is carried through even if its caller hangs up.</summary>
internal sealed class Operation(TimeSpan limit, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _limit = new(limit, time);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Cancelled when it has taken too long.</summary>
    public CancellationToken Token => _limit.Token;

    /// <summary>Completes when it is over, however it went.</summary>
    public Task Done => _done.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        _done.TrySetResult();
        _limit.Dispose();
    }
}
