using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Caisson.Network.Egress;

namespace Caisson.Network.Dns;

/// <summary>Serves the DNS sockets of one sandbox.</summary>
internal sealed class DnsDoor(DnsResponder responder, EgressGatewayOptions options, RunningTasks tasks)
{
    private const int MaxQuery = 1024;

    private int _lookups;

    /// <summary>Serves datagrams until the socket is closed.</summary>
    public async Task ServeAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[MaxQuery];
        var any = new IPEndPoint(IPAddress.Any, 0);
        while (!cancellation.IsCancellationRequested)
        {
            SocketReceiveMessageFromResult received;
            try
            {
                received = await socket.ReceiveMessageFromAsync(buffer, SocketFlags.None, any, cancellation);
            }
            catch (SocketException) when (!cancellation.IsCancellationRequested)
            {
                // An ICMP error about an earlier answer, or a datagram longer than any query.
                await Task.Yield();
                continue;
            }

            var from = (IPEndPoint)received.RemoteEndPoint;
            var asked = received.PacketInformation.Address;
            if (responder.TryAnswer(buffer.AsSpan(0, received.ReceivedBytes), out var reply))
            {
                if (reply is not null)
                    DatagramReply.Send(socket, reply, from, asked);
                continue;
            }

            if (Interlocked.Increment(ref _lookups) > options.MaxLookups)
            {
                Interlocked.Decrement(ref _lookups);
                continue;
            }

            var query = buffer.AsSpan(0, received.ReceivedBytes).ToArray();
            tasks.Run(() => AnswerAsync(socket, query, from, asked, cancellation));
        }
    }

    /// <summary>Serves one TCP connection.</summary>
    public async Task ServeAsync(OpenConnection open)
    {
        var client = open.Client;
        var head = new byte[2];
        while (true)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(open.Cancellation);
            timeout.CancelAfter(options.HeadTimeout);
            await client.ReadExactlyAsync(head, timeout.Token);
            var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
            if (query.Length > MaxQuery)
                return;
            await client.ReadExactlyAsync(query, timeout.Token);
            if (!responder.TryAnswer(query, out var reply))
                reply = await responder.AnswerAsync(query, open.Cancellation);
            if (reply is null)
                return;
            BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)reply.Length);
            await client.WriteAsync((byte[])[.. head, .. reply], timeout.Token);
        }
    }

    private async Task AnswerAsync(Socket socket, byte[] query, IPEndPoint from, IPAddress asked, CancellationToken cancellation)
    {
        try
        {
            DatagramReply.Send(socket, await responder.AnswerAsync(query, cancellation), from, asked);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
        }
        finally
        {
            Interlocked.Decrement(ref _lookups);
        }
    }
}
