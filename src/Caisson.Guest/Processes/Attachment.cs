using Caisson.Guest.Control;
using Caisson.Protocol.Messages;
using Google.Protobuf;

namespace Caisson.Guest.Processes;

/// <summary>One reader of a process's output, at its own pace.</summary>
internal sealed class Attachment(GuestStream stream, long from)
{
    private long _next = from;

    /// <summary>The offset it has read up to.</summary>
    public long Next => _next;

    public GuestStream Stream => stream;

    /// <summary>Sends what the window allows; true when the end was sent.</summary>
    public bool Pump(OutputLog log, Exited? exit)
    {
        while (stream.CanSend && log.TryRead(ref _next, out var kind, out var data))
        {
            var piece = data.Value;
            stream.Reply(new Reply { Output = new Output { Stream = (int)kind, Offset = _next, Data = UnsafeByteOperations.UnsafeWrap(piece) } });
            _next += piece.Count;
        }

        // The last piece may have used up the window: the end waits for more of it like everything else.
        if (exit is null || _next < log.End || !stream.CanSend)
            return false;
        stream.End(new Reply { Exited = exit });
        return true;
    }
}
