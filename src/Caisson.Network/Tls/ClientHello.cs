using System.Buffers.Binary;
using System.Text;
using Caisson.Network.Egress;

namespace Caisson.Network.Tls;

/// <summary>Reads the server name out of a TLS ClientHello, however it is cut into records.</summary>
internal static class ClientHello
{
    private const int MaxHello = 16 * 1024;
    private const int RecordHeader = 5;

    /// <summary>Reads from the first byte of the connection; a whole greeting without a server name gives null.</summary>
    public static HelloState TryRead(ReadOnlySpan<byte> data, out string? serverName)
    {
        serverName = null;
        var joined = Join(data, out var state);
        if (joined is null)
            return state;
        var reader = new HelloReader(joined);
        if (!reader.TryByte(out var type) || type != 1 || !reader.TryUInt24(out _)
            || !reader.TrySkip(2 + 32) || !reader.TryVector8(out _) || !reader.TryVector16(out _) || !reader.TryVector8(out _))
            return HelloState.Malformed;
        if (reader.IsAtEnd)
            return HelloState.Whole;
        return reader.TryVector16(out var extensions) && reader.IsAtEnd && TryFindName(extensions, out serverName)
            ? HelloState.Whole
            : HelloState.Malformed;
    }

    // The handshake message may span records; a record holds at least one byte of it.
    private static byte[]? Join(ReadOnlySpan<byte> data, out HelloState state)
    {
        state = HelloState.Incomplete;
        var joined = new List<byte>(2048);
        var wanted = 4;
        while (data.Length >= RecordHeader)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(data[3..]);
            if (data[0] != 0x16 || data[1] != 3 || length is 0 or > MaxHello + 2048)
            {
                state = HelloState.Malformed;
                return null;
            }

            data = data[RecordHeader..];
            var part = data[..Math.Min(length, data.Length)];
            foreach (var b in part)
                joined.Add(b);
            data = data[part.Length..];
            if (joined.Count >= 4)
            {
                wanted = 4 + ((joined[1] << 16) | (joined[2] << 8) | joined[3]);
                if (joined[0] != 1 || wanted > MaxHello)
                {
                    state = HelloState.Malformed;
                    return null;
                }

                if (joined.Count >= wanted)
                    return [.. joined.Take(wanted)];
            }

            if (part.Length < length)
                return null;
        }

        return null;
    }

    private static bool TryFindName(ReadOnlySpan<byte> extensions, out string? name)
    {
        name = null;
        var reader = new HelloReader(extensions);
        var seen = false;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryUInt16(out var type) || !reader.TryVector16(out var body))
                return false;
            if (type != 0)
                continue;

            // Exactly one list with exactly one host name: a second one would be read by some servers and not by others.
            var list = new HelloReader(body);
            if (seen || !list.TryVector16(out var names) || !list.IsAtEnd)
                return false;
            seen = true;
            var entry = new HelloReader(names);
            if (!entry.TryByte(out var kind) || kind != 0 || !entry.TryVector16(out var text) || !entry.IsAtEnd)
                return false;
            if (text.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e) || !TargetName.TryRead(Encoding.ASCII.GetString(text), out name))
                return false;
        }

        return true;
    }
}
