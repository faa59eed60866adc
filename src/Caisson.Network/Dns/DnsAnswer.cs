using System.Buffers.Binary;
using System.Net;

namespace Caisson.Network.Dns;

/// <summary>What a server answered to one question of ours.</summary>
/// <param name="Code">Its response code.</param>
/// <param name="Truncated">Whether the rest must be fetched over TCP.</param>
/// <param name="Addresses">The addresses of the name and of what it is an alias for.</param>
internal sealed record DnsAnswer(DnsCode Code, bool Truncated, IReadOnlyList<IPAddress> Addresses)
{
    private const int MaxRecords = 64;
    private const int MaxAddresses = 16;
    private const ushort TypeCname = 5;

    /// <summary>Writes the question that <see cref="TryRead"/> expects the answer of.</summary>
    public static byte[] Ask(ushort id, string name, ushort type)
    {
        var message = new byte[DnsQuestion.HeaderLength + name.Length + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        message[2] = 1;
        message[5] = 1;
        var position = DnsQuestion.HeaderLength;
        foreach (var label in name.Split('.'))
        {
            message[position++] = (byte)label.Length;
            foreach (var c in label)
                message[position++] = (byte)c;
        }

        message[position++] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(position), type);
        message[position + 3] = 1;
        return message;
    }

    /// <summary>Reads the answer to a question of ours; null for anything that is not exactly that.</summary>
    public static DnsAnswer? TryRead(ReadOnlySpan<byte> question, ReadOnlySpan<byte> message)
    {
        if (message.Length < question.Length || (message[2] & 0x80) == 0 || !message[..2].SequenceEqual(question[..2])
            || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1
            || !SameQuestion(question, message))
            return null;
        var code = (DnsCode)(message[3] & 0x0f);
        var truncated = (message[2] & 2) != 0;
        var type = BinaryPrimitives.ReadUInt16BigEndian(question[^4..]);
        var position = DnsQuestion.HeaderLength;
        if (ReadName(message, ref position) is not { } owner)
            return null;
        position += 4;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { owner };
        var addresses = new List<IPAddress>();
        var records = Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(message[6..]), MaxRecords);
        for (var i = 0; i < records; i++)
        {
            if (ReadName(message, ref position) is not { } name || position + 10 > message.Length)
                return truncated ? new(code, Truncated: true, []) : null;
            var recordType = BinaryPrimitives.ReadUInt16BigEndian(message[position..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(position + 8)..]);
            var data = position + 10;
            position = data + length;
            if (position > message.Length)
                return truncated ? new(code, Truncated: true, []) : null;
            if (!names.Contains(name))
                continue;
            var alias = data;
            if (recordType == TypeCname && ReadName(message, ref alias) is { } canonical)
                names.Add(canonical);
            else if (recordType == type && length == (type == DnsQuestion.TypeA ? 4 : 16) && addresses.Count < MaxAddresses)
                addresses.Add(new IPAddress(message.Slice(data, length)));
        }

        return new(code, truncated, addresses);
    }

    private static bool SameQuestion(ReadOnlySpan<byte> question, ReadOnlySpan<byte> message)
    {
        for (var i = DnsQuestion.HeaderLength; i < question.Length; i++)
        {
            if (ToLower(question[i]) != ToLower(message[i]))
                return false;
        }

        return true;
    }

    private static byte ToLower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;

    // Names here only tell records of the alias chain from strangers, so any byte may be in them.
    private static string? ReadName(ReadOnlySpan<byte> message, ref int position)
    {
        var text = new System.Text.StringBuilder(64);
        var at = position;
        var jumped = false;
        for (var steps = 0; steps < 128 && at < message.Length; steps++)
        {
            var length = message[at];
            if (length == 0)
            {
                if (!jumped)
                    position = at + 1;
                return text.ToString();
            }

            if ((length & 0xC0) == 0xC0)
            {
                if (at + 1 >= message.Length)
                    return null;
                if (!jumped)
                    position = at + 2;
                jumped = true;
                at = ((length & 0x3f) << 8) | message[at + 1];
                continue;
            }

            if (length > 63 || at + 1 + length > message.Length || text.Length > 255)
                return null;
            foreach (var b in message.Slice(at + 1, length))
                text.Append((char)b);
            text.Append('.');
            at += 1 + length;
        }

        return null;
    }
}
