using Caisson.Core.Guests;

namespace Caisson.Wasm.Worker.Commands;

/// <summary>Output of one stream without a break.</summary>
internal sealed class OutputPiece(OutputStream stream, long offset)
{
    private byte[] _bytes = new byte[256];

    public OutputStream Stream => stream;

    /// <summary>How much output of all streams came before it.</summary>
    public long Offset => offset;

    public int Length { get; private set; }

    public long End => offset + Length;

    /// <summary>Takes as much as fits and says how much that was.</summary>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, GuestLimits.OutputChunk - Length);
        if (Length + count > _bytes.Length)
            Array.Resize(ref _bytes, Math.Min(GuestLimits.OutputChunk, Math.Max(_bytes.Length * 4, Length + count)));
        bytes[..count].CopyTo(_bytes.AsSpan(Length));
        Length += count;
        return count;
    }

    /// <summary>A copy of what comes after an offset.</summary>
    public byte[] After(long start) => _bytes.AsSpan((int)(start - offset), (int)(End - start)).ToArray();
}
