using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Server.Tests.Fakes;

/// <summary>A process that is a channel of events.</summary>
internal sealed class FakeExecution(int pid) : IExecution
{
    private long _offset;
    private int _readers;

    public int Pid => pid;

    public int Readers => Volatile.Read(ref _readers);

    public Channel<ExecEvent> Events { get; } = Channel.CreateUnbounded<ExecEvent>();

    public void Write(OutputStream stream, byte[] data)
    {
        Events.Writer.TryWrite(new ExecOutputEvent(stream, _offset, data));
        _offset += data.Length;
    }

    public void Exit(int? code, int? signal = null, bool timedOut = false, bool outOfMemory = false)
    {
        Events.Writer.TryWrite(new ExecExited(code, signal, timedOut, outOfMemory, 0));
        Events.Writer.TryComplete();
    }

    public void Lose() => Events.Writer.TryComplete(new CaissonException(ErrorCode.Unavailable, "The guest is gone."));

    public async IAsyncEnumerable<ExecEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        Interlocked.Increment(ref _readers);
        try
        {
            await foreach (var item in Events.Reader.ReadAllAsync(cancellation))
                yield return item;
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
