using System.Net;
using System.Net.Sockets;
using Caisson.Linux.Namespaces;
using Caisson.Protocol.Lines;

namespace Caisson.Backends.MicroVm.Doors;

/// <summary>Carries what programs inside connect to into the sandbox's network namespace on the host, where the gateway's own sockets answer, as they do for every wall.</summary>
internal sealed class OutgoingDoor(NetworkNamespace network)
{
    private const int MaxAnswer = 4096;
    private static readonly TimeSpan _answerTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Serves one stream of the guest to its end.</summary>
    public Task ServeAsync(LineStream stream, LineOpening opening) => opening.Kind switch
    {
        LineKind.Outgoing => ConnectAsync(stream, new IPEndPoint(new IPAddress(opening.Address.Span), opening.Port)),
        LineKind.Question => AskAsync(stream, opening.Data),
        _ => Task.CompletedTask,
    };

    private async Task ConnectAsync(LineStream stream, IPEndPoint asked)
    {
        using var socket = network.CreateSocket(asked.AddressFamily);
        socket.NoDelay = true;
        await socket.ConnectAsync(asked).ConfigureAwait(false);
        await using var connection = new NetworkStream(socket);
        var up = CopyAsync(stream, connection, () => socket.Shutdown(SocketShutdown.Send));
        var down = CopyAsync(connection, stream, async () => await stream.CloseWriteAsync().ConfigureAwait(false));
        var first = await Task.WhenAny(up, down).ConfigureAwait(false);
        if (!first.IsCompletedSuccessfully)
        {
            // A side that breaks ends both.
            await stream.DisposeAsync().ConfigureAwait(false);
            socket.Close(0);
        }

        await Task.WhenAll(up, down).ConfigureAwait(false);
    }

    private async Task AskAsync(LineStream stream, ReadOnlyMemory<byte> question)
    {
        using var socket = network.CreateDatagramSocket();
        using var limit = new CancellationTokenSource(_answerTimeout);
        await socket.ConnectAsync(IPAddress.Loopback, 53, limit.Token).ConfigureAwait(false);
        await socket.SendAsync(question, limit.Token).ConfigureAwait(false);
        var answer = new byte[MaxAnswer];
        var count = await socket.ReceiveAsync(answer, limit.Token).ConfigureAwait(false);
        await stream.WriteAsync(answer.AsMemory(0, count), limit.Token).ConfigureAwait(false);
        await stream.CloseWriteAsync().ConfigureAwait(false);
    }

    private static Task CopyAsync(Stream from, Stream to, Action ended) => CopyAsync(from, to, () =>
    {
        ended();
        return ValueTask.CompletedTask;
    });

    private static async Task CopyAsync(Stream from, Stream to, Func<ValueTask> ended)
    {
        await from.CopyToAsync(to, 32 << 10).ConfigureAwait(false);
        await ended().ConfigureAwait(false);
    }
}
