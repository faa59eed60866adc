namespace Caisson.Engine.Doors;

/// <summary>One stretch of time during which a sandbox's doors are open.</summary>
internal sealed class Presence : IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Cancelled when they close.</summary>
    public CancellationToken Left => _left.Token;

    /// <summary>Completes when they close.</summary>
    public Task Gone => _gone.Task;

    /// <summary>Closes them: what is under way through them is cancelled.</summary>
    public void Dispose()
    {
        _gone.TrySetResult();
        _left.Cancel();
        _left.Dispose();
    }
}
