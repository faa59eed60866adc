using System.Buffers.Binary;

namespace Caisson.Interpreter.Zygotes;

/// <summary>How a fork ended, as its zygote tells.</summary>
/// <param name="Status">What <c>wait</c> said.</param>
/// <param name="TimedOut">Whether its time was over.</param>
/// <param name="Exceeded">Whether it wrote more than it may.</param>
/// <param name="Begun">Whether it was in its cell and had begun to run the code.</param>
internal sealed record ZygoteExit(int Status, bool TimedOut, bool Exceeded, bool Begun)
{
    public const int Size = 16;
    private const int SignalMask = 0x7f;

    public int? ExitCode => (Status & SignalMask) == 0 ? (Status >> 8) & 0xff : null;

    public int? Signal => (Status & SignalMask) is var signal and not 0 ? signal : null;

    /// <summary>Reads the fixed part, and how much of each stream follows it.</summary>
    public static ZygoteExit Read(ReadOnlySpan<byte> body, out int output, out int errors)
    {
        output = BinaryPrimitives.ReadInt32LittleEndian(body[8..]);
        errors = BinaryPrimitives.ReadInt32LittleEndian(body[12..]);
        return new ZygoteExit(BinaryPrimitives.ReadInt32LittleEndian(body), (body[4] & 1) != 0, (body[4] & 2) != 0, (body[4] & 4) != 0);
    }
}
