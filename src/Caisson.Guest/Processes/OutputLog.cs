using System.Diagnostics.CodeAnalysis;
using Caisson.Core.Guests;

namespace Caisson.Guest.Processes;

/// <summary>A process's output in the order it came, kept by offset; the oldest goes first when it grows too long.</summary>
internal sealed class OutputLog
{
    private const int SmallChunk = 2 << 10;
    private readonly LinkedList<Chunk> _chunks = new();

    /// <summary>How many bytes have been written in all.</summary>
    public long End { get; private set; }

    /// <summary>The first offset that is still kept.</summary>
    public long Start => _chunks.First?.Value.Offset ?? End;

    /// <summary>Adds bytes, dropping the oldest past what is retained.</summary>
    public void Append(OutputStream stream, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            var last = _chunks.Last?.Value;
            if (last is null || last.Stream != stream || last.Free == 0)
            {
                var size = Math.Min(GuestLimits.OutputChunk, Math.Max(SmallChunk, data.Length));
                _chunks.AddLast(last = new Chunk(stream, End, size));
            }

            var taken = last.Add(data);
            data = data[taken..];
            End += taken;
        }

        while (End - Start > GuestLimits.OutputRetention && _chunks.Count > 1)
            _chunks.RemoveFirst();
    }

    /// <summary>The longest piece of one stream from an offset on; false when nothing is there yet. An offset that is gone moves to the oldest kept.</summary>
    public bool TryRead(ref long offset, out OutputStream stream, [NotNullWhen(true)] out ArraySegment<byte>? data)
    {
        offset = Math.Max(offset, Start);
        // Readers are nearly always at the end.
        for (var node = _chunks.Last; node is not null; node = node.Previous)
        {
            var chunk = node.Value;
            if (chunk.Offset > offset)
                continue;
            if (offset >= chunk.Offset + chunk.Length)
                break;
            stream = chunk.Stream;
            data = chunk.From((int)(offset - chunk.Offset));
            return true;
        }

        (stream, data) = (default, null);
        return false;
    }

    private sealed class Chunk(OutputStream stream, long offset, int size)
    {
        private readonly byte[] _bytes = new byte[size];

        public OutputStream Stream => stream;

        public long Offset => offset;

        public int Length { get; private set; }

        public int Free => _bytes.Length - Length;

        public int Add(ReadOnlySpan<byte> data)
        {
            var taken = Math.Min(Free, data.Length);
            data[..taken].CopyTo(_bytes.AsSpan(Length));
            Length += taken;
            return taken;
        }

        public ArraySegment<byte> From(int start) => new(_bytes, start, Length - start);
    }
}
