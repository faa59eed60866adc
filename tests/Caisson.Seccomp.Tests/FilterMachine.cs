using System.Buffers.Binary;
using Caisson.Linux.Seccomp;

namespace Caisson.Seccomp.Tests;

/// <summary>Runs a filter as the kernel does, over the same bytes, and refuses what the kernel's verifier refuses.</summary>
internal sealed class FilterMachine(byte[] program)
{
    public const uint X64 = 0xC000003E;
    public const uint X86 = 0x40000003;

    public static FilterMachine Default { get; } = new(SeccompProfile.Default.Compile());

    public int Length => program.Length / 8;

    public uint Run(uint number, params ulong[] arguments) => Run(X64, number, arguments);

    public uint Run(uint architecture, uint number, ulong[] arguments) => Trace(architecture, number, arguments).Action;

    public (uint Action, int Steps) Trace(uint architecture, uint number, ulong[] arguments)
    {
        Span<byte> data = stackalloc byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data[4..], architecture);
        for (var i = 0; i < arguments.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(data[(16 + (i * 8))..], arguments[i]);

        uint accumulator = 0;
        var steps = 0;
        for (var at = 0; ; at++)
        {
            steps++;
            var instruction = program.AsSpan(at * 8, 8);
            var operand = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20:
                    Assert.True(operand % 4 == 0 && operand < 64, $"load from {operand}");
                    accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data[(int)operand..]);
                    break;
                case 0x54: accumulator &= operand; break;
                case 0x05: at += (int)operand; break;
                case 0x15: at += accumulator == operand ? instruction[2] : instruction[3]; break;
                case 0x35: at += accumulator >= operand ? instruction[2] : instruction[3]; break;
                case 0x45: at += (accumulator & operand) != 0 ? instruction[2] : instruction[3]; break;
                case 0x06: return (operand, steps);
                case var other: throw new InvalidOperationException($"instruction {other:x} at {at}");
            }
        }
    }
}
