using System.Buffers.Binary;
using System.Net;
using System.Text;
using Caisson.Network.Egress;
using Caisson.Network.Streams;

namespace Caisson.Network.Proxies;

/// <summary>Serves clients that speak SOCKS5.</summary>
internal static class SocksProxyDoor
{
    private const byte NoAuthentication = 0;
    private const byte UserAndPassword = 2;
    private const byte NoneAcceptable = 0xff;

    /// <summary>Serves one connection.</summary>
    public static async Task ServeAsync(EgressSession session, OpenConnection open)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(open.Cancellation);
        timeout.CancelAfter(session.Gateway.Options.HeadTimeout);
        if (!await GreetAsync(session, open.Client, timeout.Token))
        {
            await TransparentDoor.EndAsync(open);
            return;
        }

        var (code, target) = await ReadRequestAsync(session, open.Client, timeout.Token);
        if (target is null)
        {
            await ReplyAsync(open, code);
            await TransparentDoor.EndAsync(open);
            return;
        }

        var opening = await session.Gateway.Passage.OpenAsync(session, open, target, open.Cancellation);
        try
        {
            await ReplyAsync(open, CodeOf(opening.Refusal));
        }
        catch
        {
            opening.Upstream?.Dispose();
            throw;
        }

        if (opening.Upstream is null)
            await TransparentDoor.EndAsync(open);
        else
            await Inspection.RunAsync(session, open, opening.Upstream, target);
    }

    private static byte CodeOf(Refusal? refusal) => refusal?.Kind switch
    {
        null => 0,
        RefusalKind.Rule => 2,
        RefusalKind.Unresolvable => 4,
        RefusalKind.Unreachable => 5,
        _ => 1,
    };

    private static Task ReplyAsync(OpenConnection open, byte code) =>
        open.Client.WriteAsync((byte[])[5, code, 0, 1, 0, 0, 0, 0, 0, 0], open.Cancellation).AsTask();

    private static async Task<bool> GreetAsync(EgressSession session, Wire client, CancellationToken cancellation)
    {
        var start = await ReadAsync(client, 2, cancellation);
        if (start[0] != 5)
            return false;
        var methods = await ReadAsync(client, start[1], cancellation);
        var wanted = session.Credential.Wanted ? UserAndPassword : NoAuthentication;
        var method = methods.Contains(wanted) ? wanted : NoneAcceptable;
        await client.WriteAsync((byte[])[5, method], cancellation);
        if (method == NoneAcceptable)
            return false;
        if (method == NoAuthentication)
            return true;
        var head = await ReadAsync(client, 2, cancellation);
        var user = Encoding.UTF8.GetString(await ReadAsync(client, head[1], cancellation));
        var length = await ReadAsync(client, 1, cancellation);
        var password = Encoding.UTF8.GetString(await ReadAsync(client, length[0], cancellation));
        var accepted = head[0] == 1 && session.Credential.Accepts(user, password);
        await client.WriteAsync((byte[])[1, (byte)(accepted ? 0 : 1)], cancellation);
        return accepted;
    }

    private static async Task<(byte Code, EgressTarget? Target)> ReadRequestAsync(EgressSession session, Wire client, CancellationToken cancellation)
    {
        var head = await ReadAsync(client, 4, cancellation);
        if (head[0] != 5)
            return (1, null);
        IPAddress? address = null;
        string? name = null;
        switch (head[3])
        {
            case 1:
                address = new IPAddress(await ReadAsync(client, 4, cancellation));
                break;
            case 4:
                address = new IPAddress(await ReadAsync(client, 16, cancellation));
                break;
            case 3:
                var length = await ReadAsync(client, 1, cancellation);
                var text = Encoding.Latin1.GetString(await ReadAsync(client, length[0], cancellation));
                if (TargetName.TryReadAuthority(text, out var read) && read.Port == 0)
                    (name, address) = (read.Name, read.Address);
                break;
            default:
                return (8, null);
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(client, 2, cancellation));
        if (head[1] != 1)
            return (7, null);
        var target = name is not null ? new EgressTarget(name, null, port)
            : address is not null ? TransparentDoor.TargetOf(session, address, port)
            : null;
        if (target is not null && port != 0)
            return (0, target);
        session.Journal.Deny(new(RefusalKind.Malformed, new(null, address, port), null, address is null ? BuiltInRule.BadName : BuiltInRule.UnknownAddress));
        return (2, null);
    }

    private static async Task<byte[]> ReadAsync(Wire client, int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        await client.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }
}
