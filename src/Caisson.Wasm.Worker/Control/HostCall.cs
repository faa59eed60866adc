using Caisson.Core.Failures;
using Caisson.Protocol.Framing;
using Caisson.Protocol.Messages;

namespace Caisson.Wasm.Worker.Control;

/// <summary>The worker's end of one call of a host.</summary>
internal sealed class HostCall(HostConnection connection, uint stream) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _granted = new(0);
    private readonly CancellationTokenSource _cancelled = new();
    private long _window = FrameHeader.InitialWindow;
    private bool _disposed;

    /// <summary>Cancelled when the host wants no more of it, or is gone.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>Sends a reply once the host has room for it.</summary>
    public async Task ReplyAsync(Reply reply)
    {
        while (Volatile.Read(ref _window) <= 0)
            await _granted.WaitAsync(Cancelled).ConfigureAwait(false);
        Interlocked.Add(ref _window, -reply.CalculateSize());
        await connection.SendAsync(stream, FrameKind.Reply, reply).ConfigureAwait(false);
    }

    /// <summary>Ends the call.</summary>
    public Task EndAsync() => connection.SendAsync(stream, FrameKind.End, null);

    /// <summary>Ends the call with a failure.</summary>
    public Task FailAsync(ErrorCode code, string message) => connection.SendAsync(stream, FrameKind.Fault, new Fault { Code = (int)code, Message = message });

    /// <summary>The host has room for more.</summary>
    public void Grant(int bytes)
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            Interlocked.Add(ref _window, bytes);
            _granted.Release();
        }
    }

    /// <summary>The host wants no more.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            if (!_disposed)
                _cancelled.Cancel();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _granted.Dispose();
            _cancelled.Dispose();
        }
    }
}
