using System.Buffers.Binary;

namespace Caisson.Protocol.Lines;

/// <summary>What a new stream of a line is for; the payload of the frame that opens it.</summary>
/// <param name="Kind">What it leads to.</param>
/// <param name="Address">The address dialled inside, four or sixteen bytes; empty where there is none.</param>
/// <param name="Port">The port.</param>
/// <param name="Data">The question, where it is one.</param>
public readonly record struct LineOpening(LineKind Kind, ReadOnlyMemory<byte> Address, ushort Port, ReadOnlyMemory<byte> Data)
{
    /// <summary>Writes it.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[4 + Address.Length + Data.Length];
        (bytes[0], bytes[1]) = ((byte)Kind, (byte)Address.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), Port);
        Address.Span.CopyTo(bytes.AsSpan(4));
        Data.Span.CopyTo(bytes.AsSpan(4 + Address.Length));
        return bytes;
    }

    /// <summary>Reads it; throws <see cref="InvalidDataException"/> when it is none.</summary>
    public static LineOpening Read(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < 4 || span[1] is not (0 or 4 or 16) || span.Length < 4 + span[1])
            throw new InvalidDataException("the opening of a stream is not to be read");
        return new LineOpening((LineKind)span[0], bytes.Slice(4, span[1]), BinaryPrimitives.ReadUInt16LittleEndian(span[2..]), bytes[(4 + span[1])..]);
    }
}
