using System.Buffers.Binary;

namespace Caisson.Network.Tls;

/// <summary>Reads the numbers and vectors of TLS, never past the end.</summary>
internal ref struct HelloReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>Whether all was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TrySkip(int count)
    {
        if (_rest.Length < count)
            return false;
        _rest = _rest[count..];
        return true;
    }

    public bool TryByte(out int value)
    {
        value = _rest.IsEmpty ? 0 : _rest[0];
        return TrySkip(1);
    }

    public bool TryUInt16(out int value)
    {
        value = _rest.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(_rest);
        return TrySkip(2);
    }

    public bool TryUInt24(out int value)
    {
        value = _rest.Length < 3 ? 0 : (_rest[0] << 16) | (_rest[1] << 8) | _rest[2];
        return TrySkip(3);
    }

    public bool TryVector8(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryByte(out var length) && TryTake(length, out vector);
    }

    public bool TryVector16(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryUInt16(out var length) && TryTake(length, out vector);
    }

    private bool TryTake(int count, out ReadOnlySpan<byte> taken)
    {
        taken = count <= _rest.Length ? _rest[..count] : default;
        return TrySkip(count);
    }
}
