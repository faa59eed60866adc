using System.Buffers.Binary;

namespace Caisson.Interpreter.Zygotes;

/// <summary>The head of a frame between the server and a zygote: length of the body, kind, cell or stream, and which execution it is about.</summary>
internal readonly record struct ZygoteFrame(int Length, byte Kind, ushort Number, uint Id)
{
    public const int Size = 12;

    public const byte Hello = 0;
    public const byte Cell = 1;
    public const byte Start = 2;
    public const byte Kill = 3;

    public const byte Ready = 1;
    public const byte Output = 2;
    public const byte Ended = 3;

    public static ZygoteFrame Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32LittleEndian(bytes), bytes[4], BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Length);
        (bytes[4], bytes[5]) = (Kind, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], Number);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Id);
    }
}
