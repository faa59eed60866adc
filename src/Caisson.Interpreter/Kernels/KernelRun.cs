using System.Threading.Channels;
using Caisson.Interpreter.Runs;

namespace Caisson.Interpreter.Kernels;

/// <summary>What one run says, kept in bounds until it is read.</summary>
internal sealed class KernelRun(string id)
{
    private const int Capacity = 64;

    private readonly Channel<RunEvent> _events = Channel.CreateBounded<RunEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunEvent? _last;

    public string Id => id;

    /// <summary>Completes when the kernel has said that the code has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Its events; the last one may tell that the kernel died.</summary>
    public async IAsyncEnumerable<RunEvent> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var happened in _events.Reader.ReadAllAsync(cancellation))
            yield return happened;
        if (_last is not null)
            yield return _last;
    }

    /// <summary>Takes an event in, waiting while too many wait to be read.</summary>
    public async ValueTask AddAsync(RunEvent happened)
    {
        if (_events.Writer.TryWrite(happened) || _abandoned.Task.IsCompleted)
            return;
        var room = _events.Writer.WriteAsync(happened).AsTask();
        await Task.WhenAny(room, _abandoned.Task);
    }

    /// <summary>Nobody reads any more: what comes is left out.</summary>
    public void Abandon()
    {
        _abandoned.TrySetResult();
        while (_events.Reader.TryRead(out _))
        {
            // Making room for the one write that may be waiting.
        }
    }

    /// <summary>No more comes; <paramref name="failure"/> tells the reader that the sandbox is gone.</summary>
    public void End(RunEvent? last, Exception? failure)
    {
        _last = last;
        // Before the reader: one that leaves at the last event would interrupt what has ended, and with it the next run.
        _ended.TrySetResult();
        _events.Writer.TryComplete(failure);
    }
}
