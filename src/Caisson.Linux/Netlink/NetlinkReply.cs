using System.Buffers.Binary;

namespace Caisson.Linux.Netlink;

/// <summary>Reads acknowledgements.</summary>
internal static class NetlinkReply
{
    /// <summary>The first error in a buffer of replies (an errno), or 0.</summary>
    public static int FirstError(ReadOnlySpan<byte> replies)
    {
        const ushort ErrorType = 2;
        while (replies.Length >= 20)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(replies);
            if (length < 16 || length > replies.Length)
                return 0;
            if (BinaryPrimitives.ReadUInt16LittleEndian(replies[4..]) == ErrorType && BinaryPrimitives.ReadInt32LittleEndian(replies[16..]) is var error and < 0)
                return -error;
            replies = replies[Math.Min(replies.Length, (length + 3) & ~3)..];
        }

        return 0;
    }
}
