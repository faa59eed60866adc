using System.Net.Sockets;
using Caisson.Network.Http;
using Caisson.Network.Streams;
using Caisson.Network.Tls;

namespace Caisson.Network.Egress;

/// <summary>Carries a connection that was let through, making sure that what it says is what was asked for.</summary>
internal static class Inspection
{
    private const int UpstreamBuffer = 32 * 1024;

    /// <summary>Carries a connection to its end; owns the upstream socket.</summary>
    public static async Task RunAsync(EgressSession session, OpenConnection open, Socket upstreamSocket, EgressTarget target)
    {
        await using var upstream = Wire.Over(upstreamSocket, UpstreamBuffer, open.Touch);
        try
        {
            var applied = session.Applied;
            if (!applied.NameRules && applied.HeadersFor(target.Name).Count == 0)
                await RelayAsync(open, upstream, open.Cancellation);
            else
                await InspectAsync(session, open, upstream, target);
        }
        finally
        {
            if (open.Broken)
                OpenConnection.Reset(upstreamSocket);
        }
    }

    /// <summary>Reads the TLS greeting into the client's buffer and the server name out of it.</summary>
    public static async Task<(HelloState State, string? Name)> ReadHelloAsync(EgressSession session, OpenConnection open)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(open.Cancellation);
        timeout.CancelAfter(session.Gateway.Options.HeadTimeout);
        while (true)
        {
            var state = ClientHello.TryRead(open.Client.Buffered.Span, out var name);
            if (state != HelloState.Incomplete)
                return (state, name);
            if (!await open.Client.FillAsync(timeout.Token))
                return (HelloState.Malformed, null);
        }
    }

    private static async Task RelayAsync(OpenConnection open, Wire upstream, CancellationToken cancellation)
    {
        await Relay.RunAsync(open.Client, upstream, cancellation);
        open.Broken = false;
    }

    private static async Task InspectAsync(EgressSession session, OpenConnection open, Wire upstream, EgressTarget target)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(open.Cancellation);

        // The client's first words are judged whenever they come; a server that speaks first is heard meanwhile.
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(open.Cancellation);
        var words = ReadFirstAsync(session, open.Client, linked.Token);
        var heard = HearAsync(upstream.Socket, listening.Token);
        var serverFirst = await Task.WhenAny(words, heard) == heard && !words.IsCompleted;
        if (serverFirst)
        {
            var down = Relay.CopyAsync(upstream, open.Client, linked.Token);
            var up = AfterServerAsync(session, open, upstream, target, words, linked.Token);
            await Relay.BothAsync(up, down, linked);
            open.Broken = false;
            return;
        }

        await listening.CancelAsync();
        await heard;
        switch (await words)
        {
            case FirstWords.Tls:
                var (refusal, name) = await JudgeHelloAsync(session, open, target);
                if (refusal is not null)
                    session.Journal.Deny(refusal);
                else if (session.Applied.HeadersFor(target.Name) is { Count: > 0 } && name is not null)
                    await TlsInterception.RunAsync(session, open, upstream, target);
                else
                    await RelayAsync(open, upstream, open.Cancellation);
                break;
            case FirstWords.Http:
                await HttpExchange.RunAsync(session, open, open.Client, upstream, target, usualPort: 80);
                break;
            default:
                await RelayAsync(open, upstream, open.Cancellation);
                break;
        }
    }

    private static async Task AfterServerAsync(
        EgressSession session, OpenConnection open, Wire upstream, EgressTarget target, Task<FirstWords> words, CancellationToken cancellation)
    {
        var refusal = await words switch
        {
            FirstWords.Tls => (await JudgeHelloAsync(session, open, target)).Refusal,
            FirstWords.Http => new Refusal(RefusalKind.Malformed, target, null, BuiltInRule.HttpMalformed),
            _ => null,
        };
        if (refusal is not null)
        {
            session.Journal.Deny(refusal);
            throw new InvalidDataException(refusal.Rule);
        }

        await Relay.CopyAsync(open.Client, upstream, cancellation);
    }

    private static async Task<(Refusal? Refusal, string? Name)> JudgeHelloAsync(EgressSession session, OpenConnection open, EgressTarget target)
    {
        var (state, name) = await ReadHelloAsync(session, open);
        if (state != HelloState.Whole)
            return (new(RefusalKind.Malformed, target, null, BuiltInRule.TlsMalformed), null);
        return (NameCheck.Judge(session.Applied, open, target, name, BuiltInRule.SniMismatch), name);
    }

    private static async Task<FirstWords> ReadFirstAsync(EgressSession session, Wire client, CancellationToken cancellation)
    {
        CancellationTokenSource? timeout = null;
        try
        {
            while (true)
            {
                var first = FirstWordsReader.Read(client.Buffered.Span);
                if (first != FirstWords.Undecided)
                    return first;
                if (!client.Buffered.IsEmpty && timeout is null)
                {
                    timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    timeout.CancelAfter(session.Gateway.Options.HeadTimeout);
                }

                if (!await client.FillAsync(timeout?.Token ?? cancellation))
                    return FirstWords.Other;
            }
        }
        finally
        {
            timeout?.Dispose();
        }
    }

    // Waits until the server has said something or is gone, reading nothing.
    private static async Task HearAsync(Socket socket, CancellationToken cancellation)
    {
        try
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellation);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }
}
