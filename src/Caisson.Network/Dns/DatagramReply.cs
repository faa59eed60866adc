using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Caisson.Network.Dns;

/// <summary>Sends a datagram from a chosen local address, which sockets of .NET cannot: an answer must come from the address that was asked.</summary>
internal static partial class DatagramReply
{
    private const int SolIp = 0;
    private const int IpPktInfo = 8;
    private const int MsgDontWait = 0x40;
    private const int MsgNoSignal = 0x4000;

    /// <summary>Sends at once or not at all, as a datagram may be lost.</summary>
    public static unsafe void Send(Socket socket, ReadOnlySpan<byte> data, IPEndPoint to, IPAddress from)
    {
        var name = to.Serialize().Buffer.Span;
        var control = stackalloc byte[32];
        new Span<byte>(control, 32).Clear();
        *(nuint*)control = 28;
        *(int*)(control + 8) = SolIp;
        *(int*)(control + 12) = IpPktInfo;
        from.TryWriteBytes(new Span<byte>(control + 20, 4), out _);
        fixed (byte* dataAt = data, nameAt = name)
        {
            var vector = new Vector { Base = dataAt, Length = (nuint)data.Length };
            var message = new Message
            {
                Name = nameAt,
                NameLength = 16,
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = 32,
            };
            _ = SendMessage(socket.SafeHandle, &message, MsgDontWait | MsgNoSignal);
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmsg")]
    private static unsafe partial nint SendMessage(SafeSocketHandle socket, Message* message, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Vector
    {
        public void* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Message
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
