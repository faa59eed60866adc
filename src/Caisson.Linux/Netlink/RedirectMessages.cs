using System.Buffers.Binary;

namespace Caisson.Linux.Netlink;

/// <summary>The nf_tables batch that sends every outgoing TCP connection to one loopback port.</summary>
/// <remarks>
/// <c>table inet caisson { chain out { type nat hook output priority -100; oif lo; ip daddr 127.0.0.0/8 return; ip6 daddr ::1 return; meta l4proto tcp redirect to :PORT } }</c>
/// </remarks>
internal static class RedirectMessages
{
    private const ushort Request = 0x1;
    private const ushort Ack = 0x4;
    private const ushort Create = 0x400;
    private const ushort Append = 0x800;
    private const ushort BatchBegin = 16;
    private const ushort BatchEnd = 17;
    private const byte Inet = 1;
    private const string Table = "caisson";
    private const string Chain = "out";

    /// <summary>How many acknowledgements the batch brings.</summary>
    public const int Acknowledgements = 5;

    /// <summary>The batch as bytes.</summary>
    public static byte[] Redirect(ushort port)
    {
        var message = new NetlinkMessage();
        message.Begin(BatchBegin, Request, 0, [0, 0, 0, 10]);
        message.Begin(Type(0), Request | Create | Ack, 1, [Inet, 0, 0, 0]).Attribute(1, Table);
        message.Begin(Type(3), Request | Create | Ack, 2, [Inet, 0, 0, 0])
            .Attribute(1, Table)
            .Attribute(3, Chain)
            .Open(4).AttributeBigEndian(1, 3).AttributeBigEndian(2, unchecked((uint)-100)).Close()
            .Attribute(7, "nat");

        Rule(message, 3, m =>
        {
            Meta(m, 15, [2]);
            Compare(Payload(m, 16, 4), [127], 1);
            Verdict(m);
        });
        Rule(message, 4, m =>
        {
            Meta(m, 15, [10]);
            Compare(Payload(m, 24, 16), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 16);
            Verdict(m);
        });
        Rule(message, 5, m =>
        {
            Meta(m, 16, [6]);
            Span<byte> bytes = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(bytes, port);
            Expression(m, "immediate", bytes, static (e, value) => e.AttributeBigEndian(1, 1).Open(2).Attribute(1, value).Close());
            Expression(m, "redir", [], static (e, _) => e.AttributeBigEndian(1, 1).AttributeBigEndian(2, 1).AttributeBigEndian(3, 2));
        });
        message.Begin(BatchEnd, Request, 6, [0, 0, 0, 10]);
        return message.Finish().ToArray();
    }

    private static ushort Type(int message) => (ushort)((10 << 8) | message);

    private static void Rule(NetlinkMessage message, uint sequence, Action<NetlinkMessage> expressions)
    {
        message.Begin(Type(6), Request | Create | Append | Ack, sequence, [Inet, 0, 0, 0]).Attribute(1, Table).Attribute(2, Chain).Open(4);
        expressions(message);
        message.Close();
    }

    // meta load KEY => reg 1, compare equal
    private static void Meta(NetlinkMessage message, uint key, byte[] expected)
    {
        Expression(message, "meta", [], (e, _) => e.AttributeBigEndian(2, key).AttributeBigEndian(1, 1));
        Compare(message, expected, expected.Length);
    }

    // The network header's bytes from OFFSET => reg 1
    private static NetlinkMessage Payload(NetlinkMessage message, uint offset, uint length)
    {
        // Only the first byte of an IPv4 address is looked at: 127.0.0.0/8.
        var take = length == 4 ? 1u : length;
        return Expression(message, "payload", [], (e, _) => e.AttributeBigEndian(1, 1).AttributeBigEndian(2, 1).AttributeBigEndian(3, offset).AttributeBigEndian(4, take));
    }

    private static void Compare(NetlinkMessage message, byte[] expected, int length) =>
        Expression(message, "cmp", expected.AsSpan(0, length), static (e, value) => e.AttributeBigEndian(1, 1).AttributeBigEndian(2, 0).Open(3).Attribute(1, value).Close());

    private static void Verdict(NetlinkMessage message) =>
        Expression(message, "immediate", [], static (e, _) => e.AttributeBigEndian(1, 0).Open(2).Open(2).AttributeBigEndian(1, unchecked((uint)-5)).Close().Close());

    private static NetlinkMessage Expression(NetlinkMessage message, string name, ReadOnlySpan<byte> value, ExpressionBody body)
    {
        message.Open(1).Attribute(1, name).Open(2);
        body(message, value);
        return message.Close().Close();
    }

    private delegate void ExpressionBody(NetlinkMessage message, ReadOnlySpan<byte> value);
}
