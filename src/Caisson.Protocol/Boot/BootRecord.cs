using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Caisson.Protocol.Boot;

/// <summary>What a guest reads on its standard input before it does anything else: only it can, and nothing of it is left inside.</summary>
/// <param name="Password">What a host must send first on a control door that programs inside can reach too; empty where they cannot.</param>
/// <param name="Filter">The system call filter to install on itself, as an array of <c>struct sock_filter</c>; empty where the wall has done it.</param>
public sealed record BootRecord(ReadOnlyMemory<byte> Password, ReadOnlyMemory<byte> Filter)
{
    /// <summary>Bytes of a password.</summary>
    public const int PasswordLength = 32;

    /// <summary>The longest record, which a pipe holds.</summary>
    public const int MaxLength = 60 << 10;

    private const int HeaderLength = 8;

    /// <summary>A password nobody can guess.</summary>
    public static byte[] NewPassword() => RandomNumberGenerator.GetBytes(PasswordLength);

    /// <summary>The bytes to give to the guest.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + Password.Length + Filter.Length];
        if (bytes.Length > MaxLength)
            throw new InvalidOperationException($"a boot record of {bytes.Length} bytes is longer than {MaxLength}");
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Password.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Filter.Length);
        Password.CopyTo(bytes.AsMemory(HeaderLength));
        Filter.CopyTo(bytes.AsMemory(HeaderLength + Password.Length));
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> made; throws <see cref="InvalidDataException"/> for anything else.</summary>
    public static BootRecord Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < HeaderLength)
            throw new InvalidDataException("the boot record has no header");
        var password = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
        var filter = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[4..]);
        if (password is not (0 or PasswordLength) || filter < 0 || bytes.Length != (long)HeaderLength + password + filter)
            throw new InvalidDataException("the boot record has another length than it says");
        return new BootRecord(bytes.Slice(HeaderLength, password), bytes[(HeaderLength + password)..]);
    }
}
