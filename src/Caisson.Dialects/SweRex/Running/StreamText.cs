using System.Buffers;
using System.Globalization;
using Caisson.Dialects.SweRex.Sessions;

namespace Caisson.Dialects.SweRex.Running;

/// <summary>What one stream of a process wrote, up to a bound; what comes after is counted and said so.</summary>
internal sealed class StreamText(int bound)
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private long _dropped;

    public void Add(ReadOnlySpan<byte> piece)
    {
        var room = (int)Math.Min(piece.Length, bound - _bytes.WrittenCount);
        _bytes.Write(piece[..room]);
        _dropped += piece.Length - room;
    }

    public override string ToString()
    {
        var text = EscapedBytes.Utf8.GetString(_bytes.WrittenSpan);
        return _dropped == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}\n[{_dropped} bytes of output after this were dropped]\n");
    }
}
