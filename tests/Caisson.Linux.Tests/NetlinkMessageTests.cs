using System.Buffers.Binary;
using Caisson.Linux.Netlink;

namespace Caisson.Linux.Tests;

public sealed class NetlinkMessageTests
{
    [Fact]
    public void A_message_tells_its_length_type_flags_and_sequence()
    {
        var bytes = new NetlinkMessage().Begin(16, 5, 7, [1, 2, 3, 4]).Finish().ToArray();
        Assert.Equal([20, 0, 0, 0, 16, 0, 5, 0, 7, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Attributes_are_padded_to_four_bytes_and_tell_their_own_length(int size)
    {
        var bytes = new NetlinkMessage().Begin(1, 0, 0, []).Attribute(9, new byte[size]).Finish().ToArray();
        Assert.Equal(0, bytes.Length % 4);
        Assert.Equal(4 + size, BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(16)));
        Assert.Equal(9, BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(18)));
        Assert.Equal(bytes.Length, BinaryPrimitives.ReadInt32LittleEndian(bytes));
    }

    [Fact]
    public void Nested_attributes_cover_what_is_in_them()
    {
        var bytes = new NetlinkMessage().Begin(1, 0, 0, []).Open(2).Attribute(3, [1]).Open(4).AttributeBigEndian(5, 0x01020304).Close().Close().AttributeHost(6, 0x01020304).Finish().ToArray();
        Assert.Equal(
            [24, 0, 2, 0x80, 5, 0, 3, 0, 1, 0, 0, 0, 12, 0, 4, 0x80, 8, 0, 5, 0, 1, 2, 3, 4, 8, 0, 6, 0, 4, 3, 2, 1],
            bytes[16..]);
    }

    [Fact]
    public void Text_ends_with_a_nul()
    {
        var bytes = new NetlinkMessage().Begin(1, 0, 0, []).Attribute(1, "nat").Finish().ToArray();
        Assert.Equal([8, 0, 1, 0, (byte)'n', (byte)'a', (byte)'t', 0], bytes[16..]);
    }

    [Fact]
    public void The_first_error_of_several_replies_is_found()
    {
        static byte[] Reply(int error)
        {
            var bytes = new byte[36];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, 36);
            bytes[4] = 2;
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), error);
            return bytes;
        }

        Assert.Equal(0, NetlinkReply.FirstError([.. Reply(0), .. Reply(0)]));
        Assert.Equal(17, NetlinkReply.FirstError([.. Reply(0), .. Reply(-17), .. Reply(-1)]));
        Assert.Equal(0, NetlinkReply.FirstError([]));
        Assert.Equal(0, NetlinkReply.FirstError(new byte[64]));
        Assert.Equal(0, NetlinkReply.FirstError([255, 255, 255, 127, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]));
    }
}
