using System.Buffers.Binary;

namespace Caisson.Linux.Seccomp;

/// <summary>One instruction of classic BPF, <c>struct sock_filter</c>; jumps count the instructions to skip.</summary>
internal readonly record struct BpfInstruction(ushort Code, byte WhenTrue, byte WhenFalse, uint Operand)
{
    public const int Size = 8;

    private const ushort LoadWord = 0x20;
    private const ushort JumpAlways = 0x05;
    private const ushort JumpEqual = 0x15;
    private const ushort JumpAtLeast = 0x35;
    private const ushort JumpAnySet = 0x45;
    private const ushort AndValue = 0x54;
    private const ushort ReturnValue = 0x06;

    public static BpfInstruction Load(uint offset) => new(LoadWord, 0, 0, offset);

    public static BpfInstruction And(uint mask) => new(AndValue, 0, 0, mask);

    public static BpfInstruction Skip(int count) => new(JumpAlways, 0, 0, (uint)count);

    public static BpfInstruction IfEqual(uint value, int whenTrue, int whenFalse) => new(JumpEqual, checked((byte)whenTrue), checked((byte)whenFalse), value);

    public static BpfInstruction IfAtLeast(uint value, int whenTrue, int whenFalse) => new(JumpAtLeast, checked((byte)whenTrue), checked((byte)whenFalse), value);

    public static BpfInstruction IfAnySet(uint mask, int whenTrue, int whenFalse) => new(JumpAnySet, checked((byte)whenTrue), checked((byte)whenFalse), mask);

    public static BpfInstruction Return(uint action) => new(ReturnValue, 0, 0, action);

    /// <summary>An array of <c>struct sock_filter</c>, little endian.</summary>
    public static byte[] Assemble(IReadOnlyList<BpfInstruction> program)
    {
        var bytes = new byte[program.Count * Size];
        for (var i = 0; i < program.Count; i++)
            program[i].Write(bytes.AsSpan(i * Size));
        return bytes;
    }

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, Code);
        target[2] = WhenTrue;
        target[3] = WhenFalse;
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Operand);
    }
}
