using Caisson.Network.Egress;
using Caisson.Network.Http;
using Caisson.Network.Streams;

namespace Caisson.Network.Proxies;

/// <summary>Serves clients that speak to an HTTP proxy.</summary>
internal static class HttpProxyDoor
{
    private const int UpstreamBuffer = 32 * 1024;

    /// <summary>Serves one connection.</summary>
    public static async Task ServeAsync(EgressSession session, OpenConnection open)
    {
        var head = await HttpExchange.ReadHeadAsync(session, open.Client, open.Cancellation);
        if (head is null)
            return;
        if (!session.Credential.AcceptsBasic(head["Proxy-Authorization"]))
        {
            await TransparentDoor.AnswerAsync(open, HttpAnswer.CredentialWanted());
            return;
        }

        string? authority = head.Target;
        var path = "";
        var tunnel = head.Method == "CONNECT";
        EgressTarget? target = null;
        if ((tunnel || RequestRewriter.TrySplitTarget(head.Target, out authority, out path))
            && authority is not null && TargetName.TryReadAuthority(authority, out target))
        {
            // A name may have been looked up before: then the address is one of ours.
            target = target.Port == 0 ? target with { Port = tunnel ? 443 : 80 } : target;
            if (target.Address is not null)
                target = TransparentDoor.TargetOf(session, target.Address, target.Port);
        }

        var refusal = target is null
            ? new Refusal(RefusalKind.Malformed, new(null, null, 0), null, BuiltInRule.BadName)
            : tunnel ? null : HostMismatch(head, authority!, target);
        if (refusal is not null)
        {
            session.Journal.Deny(refusal);
            await TransparentDoor.AnswerAsync(open, HttpAnswer.For(refusal));
            return;
        }

        var opening = await session.Gateway.Passage.OpenAsync(session, open, target!, open.Cancellation);
        if (opening.Upstream is null)
        {
            await TransparentDoor.AnswerAsync(open, HttpAnswer.For(opening.Refusal!));
        }
        else if (tunnel)
        {
            try
            {
                await open.Client.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), open.Cancellation);
            }
            catch
            {
                opening.Upstream.Dispose();
                throw;
            }

            await Inspection.RunAsync(session, open, opening.Upstream, target!);
        }
        else
        {
            await using var upstream = Wire.Over(opening.Upstream, UpstreamBuffer, open.Touch);
            await HttpExchange.CarryAsync(session, open, open.Client, upstream, head, path, target!, usualPort: 80);
        }
    }

    // Host and target of a proxied request name the same host, or somebody is to be misled.
    private static Refusal? HostMismatch(HttpHead head, string authority, EgressTarget target)
    {
        if (head["Host"] is not { } text || text.Equals(authority, StringComparison.OrdinalIgnoreCase))
            return null;
        return TargetName.TryReadAuthority(text, out var host) && string.Equals(host.Name, target.Name, StringComparison.Ordinal)
            && (target.Name is not null || Equals(host.Address, target.Address)) && (host.Port == 0 ? 80 : host.Port) == target.Port
            ? null
            : new(RefusalKind.Rule, target, null, BuiltInRule.HostMismatch);
    }
}
