using Caisson.Network.Egress;
using Caisson.Network.Streams;

namespace Caisson.Network.Http;

/// <summary>Carries exactly one request and its response, so that no later request escapes judgement.</summary>
internal static class HttpExchange
{
    /// <summary>Reads a request from a client whose way is open, and carries it.</summary>
    public static async Task RunAsync(EgressSession session, OpenConnection open, Wire client, Wire upstream, EgressTarget target, int usualPort)
    {
        var head = await ReadHeadAsync(session, client, open.Cancellation);
        if (head is null || head.Method == "CONNECT" || !RequestRewriter.TrySplitTarget(head.Target, out var authority, out var path))
        {
            await RefuseAsync(session, open, client, new(RefusalKind.Malformed, target, null, BuiltInRule.HttpMalformed));
            return;
        }

        if ((Check(session, open, head["Host"], target) ?? Check(session, open, authority, target)) is { } refusal)
            await RefuseAsync(session, open, client, refusal);
        else
            await CarryAsync(session, open, client, upstream, head, path, target, usualPort);
    }

    /// <summary>Carries a request that was read and judged.</summary>
    public static async Task CarryAsync(
        EgressSession session, OpenConnection open, Wire client, Wire upstream, HttpHead head, string path, EgressTarget target, int usualPort)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(open.Cancellation);

        // By the name that was resolved, never by what a request to a raw address claims: a secret must not follow a Host header.
        var set = session.Applied.HeadersFor(target.Name);
        var rewritten = RequestRewriter.Write(head, path, target, usualPort, set);
        await upstream.WriteAsync(rewritten, linked.Token);
        if (RequestRewriter.WantsWebSocket(head) && await SwitchesAsync(session, upstream, linked.Token))
        {
            await Relay.RunAsync(client, upstream, linked.Token);
            open.Broken = false;
            return;
        }

        var down = DownAsync(upstream, client, linked.Token);
        var up = UpAsync(client, upstream, head, linked);
        try
        {
            await down;
        }
        finally
        {
            // One reader of the client at a time: what is left of the request is nobody's now.
            await linked.CancelAsync();
            await up;
        }

        await EndAsync(open, client);
    }

    /// <summary>Reads a request head; null when it is malformed, too long or cut short.</summary>
    public static async Task<HttpHead?> ReadHeadAsync(EgressSession session, Wire client, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(session.Gateway.Options.HeadTimeout);
        while (true)
        {
            var length = HttpHeadParser.TryParse(client.Buffered.Span, out var head);
            if (length > 0)
            {
                client.Advance(length);
                return head;
            }

            if (length < 0 || !await client.FillAsync(timeout.Token))
                return null;
        }
    }

    private static Refusal? Check(EgressSession session, OpenConnection open, string? authority, EgressTarget target)
    {
        if (authority is null)
            return null;
        if (!TargetName.TryReadAuthority(authority, out var host))
            return new(RefusalKind.Malformed, target, null, BuiltInRule.HttpMalformed);
        if (host.Port != 0 && host.Port != target.Port)
            return new(RefusalKind.Rule, target, open.Address, BuiltInRule.HostMismatch);
        if (host.Name is null)
            return target.Name is null && Equals(host.Address, target.Address) ? null : new(RefusalKind.Rule, target, open.Address, BuiltInRule.HostMismatch);
        return NameCheck.Judge(session.Applied, open, target, host.Name, BuiltInRule.HostMismatch);
    }

    private static async Task RefuseAsync(EgressSession session, OpenConnection open, Wire client, Refusal refusal)
    {
        session.Journal.Deny(refusal);
        await client.WriteAsync(HttpAnswer.For(refusal), open.Cancellation);
        await EndAsync(open, client);
    }

    private static async Task EndAsync(OpenConnection open, Wire client)
    {
        if (client != open.Client)
        {
            await client.CloseWriteAsync();
            open.Broken = false;
            return;
        }

        await TransparentDoor.EndAsync(open);
    }

    private static async Task DownAsync(Wire upstream, Wire client, CancellationToken cancellation)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            while (await upstream.ReadAsync(buffer, cancellation) is var count and > 0)
                await client.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A malformed or broken body ends both directions: what was sent of it must not look like a whole request.
    private static async Task UpAsync(Wire client, Wire upstream, HttpHead head, CancellationTokenSource both)
    {
        try
        {
            await HttpBody.CopyAsync(head, client, upstream, both.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidDataException or ObjectDisposedException)
        {
            // An upstream that answers early and hangs up leaves its answer to be read.
            if (e is not IOException)
                await both.CancelAsync();
        }
    }

    private static async Task<bool> SwitchesAsync(EgressSession session, Wire upstream, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(session.Gateway.Options.HeadTimeout);
        while (upstream.Buffered.Length < 12 && await upstream.FillAsync(timeout.Token))
        {
        }

        return upstream.Buffered.Length >= 12 && upstream.Buffered.Span.StartsWith("HTTP/1.1 101"u8);
    }
}
