using System.Buffers.Binary;
using Caisson.Core.Failures;
using Caisson.Protocol.Framing;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Control;

/// <summary>The guest's end of one call.</summary>
internal sealed class GuestStream(Connection connection, uint number)
{
    private readonly object _lock = new();
    private readonly Queue<byte[]> _received = new();
    private long _window = FrameHeader.InitialWindow;
    private int _consumed;
    private bool _inputEnded;

    /// <summary>Whether the host wants no more of it.</summary>
    public bool Cancelled { get; private set; }

    /// <summary>Called on the loop when the host grants more or cancels.</summary>
    public Action? Changed { get; set; }

    /// <summary>Whether a frame may be sent now.</summary>
    public bool CanSend => Volatile.Read(ref _window) > 0 && !Cancelled;

    /// <summary>Sends a reply, whatever the window says: for short answers and for senders that looked at <see cref="CanSend"/>.</summary>
    public void Reply(Reply reply)
    {
        Interlocked.Add(ref _window, -reply.CalculateSize());
        connection.Send(number, FrameKind.Reply, reply);
    }

    /// <summary>Sends a reply once the window allows; for worker threads. False when the host has cancelled.</summary>
    public bool ReplyWaiting(Reply reply)
    {
        if (!WaitToSend())
            return false;
        Reply(reply);
        return true;
    }

    /// <summary>Sends bytes once the window allows; for worker threads. False when the host has cancelled.</summary>
    public bool SendWaiting(ReadOnlySpan<byte> data)
    {
        if (!WaitToSend())
            return false;
        Interlocked.Add(ref _window, -data.Length);
        connection.Send(number, FrameKind.Data, data);
        return true;
    }

    /// <summary>The next bytes from the host, or null at their end or when it has cancelled; for worker threads.</summary>
    public byte[]? ReadWaiting()
    {
        byte[]? piece = null;
        lock (_lock)
        {
            while (_received.Count == 0 && !_inputEnded && !Cancelled)
                Monitor.Wait(_lock);
            if (_received.Count > 0)
                piece = _received.Dequeue();
        }

        if (piece is not null)
            GrantHost(piece.Length);
        return piece;
    }

    /// <summary>Ends the call.</summary>
    public void End()
    {
        connection.Send(number, FrameKind.End, []);
        connection.Remove(number);
    }

    /// <summary>Answers and ends the call.</summary>
    public void End(Reply reply)
    {
        connection.SendLast(number, reply);
        connection.Remove(number);
    }

    /// <summary>Ends the call with a failure.</summary>
    public void Fail(ErrorCode code, string message)
    {
        connection.Send(number, FrameKind.Fault, new Fault { Code = (int)code, Message = message });
        connection.Remove(number);
    }

    public void Receive(byte[] data)
    {
        lock (_lock)
        {
            _received.Enqueue(data);
            Monitor.PulseAll(_lock);
        }
    }

    public void ReceiveEnd()
    {
        lock (_lock)
        {
            _inputEnded = true;
            Monitor.PulseAll(_lock);
        }
    }

    public void Grant(int bytes)
    {
        Interlocked.Add(ref _window, bytes);
        Notify();
    }

    public void Cancel()
    {
        Cancelled = true;
        Notify();
    }

    private void Notify()
    {
        lock (_lock)
            Monitor.PulseAll(_lock);
        Changed?.Invoke();
    }

    private bool WaitToSend()
    {
        lock (_lock)
        {
            while (Volatile.Read(ref _window) <= 0 && !Cancelled)
                Monitor.Wait(_lock);
        }

        return !Cancelled;
    }

    private void GrantHost(int bytes)
    {
        _consumed += bytes;
        if (_consumed < FrameHeader.InitialWindow / 2)
            return;
        Span<byte> grant = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(grant, _consumed);
        _consumed = 0;
        connection.Send(number, FrameKind.Window, grant);
    }
}
