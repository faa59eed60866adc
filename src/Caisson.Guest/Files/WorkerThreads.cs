using System.Collections.Concurrent;

namespace Caisson.Guest.Files;

/// <summary>A few threads that come when there is work and stay.</summary>
internal sealed class WorkerThreads
{
    private const int MaxThreads = 64;
    private const int StackSize = 256 << 10;
    private readonly BlockingCollection<Action> _work = [];
    private int _idle;
    private int _threads;

    /// <summary>Runs an action soon; call from one thread only.</summary>
    public void Run(Action action)
    {
        _work.Add(action);
        if (Volatile.Read(ref _idle) >= _work.Count || _threads == MaxThreads)
            return;
        _threads++;
        new Thread(Loop, StackSize) { IsBackground = true, Name = "files" }.Start();
    }

    private void Loop()
    {
        while (true)
        {
            Interlocked.Increment(ref _idle);
            var action = _work.Take();
            Interlocked.Decrement(ref _idle);
            action();
        }
    }
}
