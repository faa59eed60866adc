using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Caisson.Network.Dns;

/// <summary>A small resolver that asks one server: UDP with random ids and ports, TCP for what does not fit.</summary>
internal sealed class StubResolver(IPEndPoint server, TimeSpan patience, TimeProvider time) : INameResolver
{
    private const int Attempts = 2;

    /// <inheritdoc/>
    public async Task<Resolution> ResolveAsync(string name, CancellationToken cancellation)
    {
        var four = AskAsync(name, DnsQuestion.TypeA, cancellation);
        var six = AskAsync(name, DnsQuestion.TypeAaaa, cancellation);
        var answers = await Task.WhenAll(four, six);
        if (answers.Any(a => a?.Code == DnsCode.NoSuchName))
            return Resolution.NoSuchName;
        var addresses = answers.Where(a => a?.Code == DnsCode.NoError).SelectMany(a => a!.Addresses).ToArray();

        // Where one family went unanswered its addresses could not be checked, but neither will they be dialled.
        return addresses.Length > 0 || answers.All(a => a?.Code == DnsCode.NoError)
            ? new(ResolutionState.Found, addresses)
            : Resolution.Failed;
    }

    private async Task<DnsAnswer?> AskAsync(string name, ushort type, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var timeout = new CancellationTokenSource(patience / Attempts, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
            try
            {
                var question = DnsAnswer.Ask((ushort)RandomNumberGenerator.GetInt32(0x10000), name, type);
                var answer = await AskByUdpAsync(question, linked.Token);
                return answer.Truncated ? await AskByTcpAsync(question, linked.Token) : answer;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
            }
        }

        return null;
    }

    private async Task<DnsAnswer> AskByUdpAsync(byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

        // Connected: the kernel draws a port at random and drops what does not come from the server.
        await socket.ConnectAsync(server, cancellation);
        await socket.SendAsync(question, cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer, cancellation);
                if (DnsAnswer.TryRead(question, buffer.AsSpan(0, length)) is { } answer)
                    return answer;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<DnsAnswer?> AskByTcpAsync(byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellation);
        using var stream = new NetworkStream(socket);
        var prefixed = new byte[question.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(prefixed, (ushort)question.Length);
        question.CopyTo(prefixed, 2);
        await stream.WriteAsync(prefixed, cancellation);
        await stream.ReadExactlyAsync(prefixed.AsMemory(0, 2), cancellation);
        var reply = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefixed)];
        await stream.ReadExactlyAsync(reply, cancellation);
        return DnsAnswer.TryRead(question, reply);
    }
}
