using System.Buffers.Binary;
using System.Text;
using Caisson.Core.Policy;

namespace Caisson.Network.Dns;

/// <summary>The one question of a DNS query.</summary>
/// <param name="Id">The query's number.</param>
/// <param name="Name">The name in lower case without a trailing dot; empty for the root.</param>
/// <param name="Type">The record type asked for.</param>
/// <param name="Class">The class; 1 is the Internet.</param>
/// <param name="End">Where the question ends in the message.</param>
internal sealed record DnsQuestion(ushort Id, string Name, ushort Type, ushort Class, int End)
{
    public const ushort TypeA = 1;
    public const ushort TypeAaaa = 28;
    public const int HeaderLength = 12;

    /// <summary>Reads a query strictly; a null question with <paramref name="code"/> says what to answer, and false that nothing may be answered.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out DnsQuestion? question, out DnsCode code)
    {
        question = null;
        code = DnsCode.FormatError;
        if (message.Length < HeaderLength || (message[2] & 0x80) != 0)
            return false;
        if ((message[2] & 0x78) != 0)
        {
            code = DnsCode.NotImplemented;
            return true;
        }

        var position = HeaderLength;
        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1
            || !TryReadName(message, ref position, out var name)
            || message.Length < position + 4)
            return true;
        question = new DnsQuestion(
            BinaryPrimitives.ReadUInt16BigEndian(message),
            name,
            BinaryPrimitives.ReadUInt16BigEndian(message[position..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[(position + 2)..]),
            position + 4);
        code = DnsCode.NoError;
        return true;
    }

    // A question has no earlier name to point to, so a compression pointer here is malformed, and so is every byte that no host name has.
    private static bool TryReadName(ReadOnlySpan<byte> message, ref int position, out string name)
    {
        var text = new StringBuilder(64);
        name = "";
        while (position < message.Length)
        {
            var length = message[position++];
            if (length == 0)
            {
                name = text.ToString().ToLowerInvariant();
                return text.Length == 0 || HostName.IsValid(name);
            }

            if (length > 63 || position + length > message.Length || text.Length + length > 254)
                return false;
            if (text.Length > 0)
                text.Append('.');
            foreach (var b in message.Slice(position, length))
            {
                if (b is (byte)'.' or > 127)
                    return false;
                text.Append((char)b);
            }

            position += length;
        }

        return false;
    }
}
