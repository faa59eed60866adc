using System.Buffers.Binary;

namespace Caisson.Protocol.Framing;

/// <summary>What stands before every frame: payload length, stream number and kind, little endian, nine bytes.</summary>
/// <param name="Length">Payload length in bytes, at most <see cref="MaxPayload"/>.</param>
/// <param name="Stream">The stream's number, chosen by the host.</param>
/// <param name="Kind">What the payload is.</param>
public readonly record struct FrameHeader(int Length, uint Stream, FrameKind Kind)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 9;

    /// <summary>The largest payload; a longer one ends the connection.</summary>
    public const int MaxPayload = 32 << 20;

    /// <summary>What either side may send on a new stream before it is granted more, in bytes.</summary>
    public const int InitialWindow = 256 << 10;

    /// <summary>Writes the header.</summary>
    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Stream);
        target[8] = (byte)Kind;
    }

    /// <summary>Reads a header; throws <see cref="InvalidDataException"/> on a length out of bounds.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> source)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(source);
        if (length is < 0 or > MaxPayload)
            throw new InvalidDataException($"a frame of {length} bytes is out of bounds");
        return new FrameHeader(length, BinaryPrimitives.ReadUInt32LittleEndian(source[4..]), (FrameKind)source[8]);
    }

    /// <summary>Reads a header if it has come whole; throws <see cref="InvalidDataException"/> on a length out of bounds.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out FrameHeader header)
    {
        header = source.Length >= Size ? Read(source) : default;
        return source.Length >= Size;
    }
}
