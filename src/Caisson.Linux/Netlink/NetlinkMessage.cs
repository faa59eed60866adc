using System.Buffers.Binary;
using System.Text;

namespace Caisson.Linux.Netlink;

/// <summary>Builds netlink messages (linux/netlink.h): a header, a fixed part and nested attributes.</summary>
internal sealed class NetlinkMessage
{
    private const ushort Nested = 0x8000;
    private readonly List<byte> _bytes = [];
    private readonly Stack<int> _open = new();
    private int _message = -1;

    /// <summary>All messages built so far.</summary>
    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>Starts a message with a fixed part; the one before is complete.</summary>
    public NetlinkMessage Begin(ushort type, ushort flags, uint sequence, ReadOnlySpan<byte> fixedPart)
    {
        Finish();
        _message = _bytes.Count;
        Write32(0);
        Write16(type);
        Write16(flags);
        Write32(sequence);
        Write32(0);
        Append(fixedPart);
        return this;
    }

    /// <summary>Completes the last message.</summary>
    public NetlinkMessage Finish()
    {
        if (_message >= 0)
            Patch32(_message, (uint)(_bytes.Count - _message));
        _message = -1;
        return this;
    }

    /// <summary>Adds an attribute of raw bytes.</summary>
    public NetlinkMessage Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        Write16((ushort)(4 + value.Length));
        Write16(type);
        Append(value);
        return this;
    }

    /// <summary>Adds a NUL-terminated string.</summary>
    public NetlinkMessage Attribute(ushort type, string value) => Attribute(type, Encoding.ASCII.GetBytes(value + "\0"));

    /// <summary>Adds a number in network byte order, as nf_tables wants it.</summary>
    public NetlinkMessage AttributeBigEndian(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Attribute(type, bytes);
    }

    /// <summary>Adds a number in host byte order, as rtnetlink wants it.</summary>
    public NetlinkMessage AttributeHost(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Attribute(type, bytes);
    }

    /// <summary>Opens a nested attribute.</summary>
    public NetlinkMessage Open(ushort type)
    {
        _open.Push(_bytes.Count);
        Write16(0);
        Write16((ushort)(type | Nested));
        return this;
    }

    /// <summary>Closes the innermost nested attribute.</summary>
    public NetlinkMessage Close()
    {
        var start = _open.Pop();
        var length = _bytes.Count - start;
        _bytes[start] = (byte)length;
        _bytes[start + 1] = (byte)(length >> 8);
        return this;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            _bytes.Add(value);
        while (_bytes.Count % 4 != 0)
            _bytes.Add(0);
    }

    private void Write16(ushort value)
    {
        _bytes.Add((byte)value);
        _bytes.Add((byte)(value >> 8));
    }

    private void Write32(uint value)
    {
        Write16((ushort)value);
        Write16((ushort)(value >> 16));
    }

    private void Patch32(int at, uint value)
    {
        for (var i = 0; i < 4; i++)
            _bytes[at + i] = (byte)(value >> (8 * i));
    }
}
