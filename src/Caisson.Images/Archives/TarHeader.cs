using System.Text;

namespace Caisson.Images.Archives;

/// <summary>The block of 512 bytes before each entry of a tar archive (POSIX ustar, and GNU where it differs).</summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    /// <summary>Bytes of a block.</summary>
    public const int Size = 512;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _block = block;

    public char Type => (char)_block[156];

    public long ContentSize => Number(_block.Slice(124, 12));

    public int Mode => (int)(Number(_block.Slice(100, 8)) & 0xFFF);

    public long User => Number(_block.Slice(108, 8));

    public long Group => Number(_block.Slice(116, 8));

    public long ModifiedAt => Number(_block.Slice(136, 12));

    public string Target => Text(_block.Slice(157, 100));

    /// <summary>The name, with its prefix where the header is of POSIX's form.</summary>
    public string Name
    {
        get
        {
            var name = Text(_block[..100]);
            var isPosix = _block.Slice(257, 6).SequenceEqual("ustar\0"u8);
            return isPosix && Text(_block.Slice(345, 155)) is { Length: > 0 } prefix ? $"{prefix}/{name}" : name;
        }
    }

    /// <summary>Whether the block is what its checksum says.</summary>
    public bool IsValid
    {
        get
        {
            long sum = 8 * ' ';
            for (var i = 0; i < Size; i++)
                sum += i is >= 148 and < 156 ? 0 : _block[i];
            return TryNumber(_block.Slice(148, 8), out var stated) && stated == sum;
        }
    }

    /// <summary>Reads bytes up to a NUL as UTF-8, refusing any that are none.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        try
        {
            return _strict.GetString(end < 0 ? bytes : bytes[..end]);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("a name in the archive is not UTF-8", e);
        }
    }

    private static long Number(ReadOnlySpan<byte> field) =>
        TryNumber(field, out var value) ? value : throw new InvalidDataException("a figure in the archive cannot be read");

    private static bool TryNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        // GNU writes what does not fit in octal as a binary number behind a set bit.
        if ((field[0] & 0x80) != 0)
        {
            for (var i = 1; i < field.Length; i++)
            {
                if (value > long.MaxValue >> 8)
                    return false;
                value = (value << 8) | field[i];
            }

            return field[0] == 0x80;
        }

        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }
}
