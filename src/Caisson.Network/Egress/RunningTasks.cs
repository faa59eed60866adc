namespace Caisson.Network.Egress;

/// <summary>Counts tasks under way so that their owner can wait for the last; a task here must not throw.</summary>
internal sealed class RunningTasks
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One for the owner, given up in DrainAsync.
    private int _count = 1;

    /// <summary>Runs a task to its end.</summary>
    public void Run(Func<Task> work)
    {
        Interlocked.Increment(ref _count);
        _ = RunAsync(work);
    }

    /// <summary>Waits for every task; none may be run after.</summary>
    public Task DrainAsync()
    {
        Release();
        return _drained.Task;
    }

    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _count) == 0)
            _drained.TrySetResult();
    }
}
