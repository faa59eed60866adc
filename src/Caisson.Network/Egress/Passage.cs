using System.Net;
using System.Net.Sockets;
using Caisson.Core.Policy;
using Caisson.Network.Addresses;
using Caisson.Network.Dns;
using Caisson.Network.Proxies;

namespace Caisson.Network.Egress;

/// <summary>The way out: judge, resolve once, check every address, dial the very address that was checked.</summary>
internal sealed class Passage(EgressGatewayOptions options, NameCache names)
{
    private const int MaxDialled = 4;

    /// <summary>Judges a destination whose address is known, as it was dialled or came out of a look-up; null lets it through.</summary>
    public static Refusal? Judge(EgressPolicy policy, EgressTarget target, IPAddress address)
    {
        var judgement = EgressJudge.Judge(policy, target.Name, address, target.Port);
        if (!judgement.Allowed)
            return new(RefusalKind.Rule, target, address, judgement.Rule);
        return AddressGuard.Refuse(policy, address, target.Port) is { } rule ? new(RefusalKind.Rule, target, address, rule) : null;
    }

    /// <summary>Whether an open connection would still be let through.</summary>
    public static bool StillAllowed(EgressPolicy policy, AppliedPolicy under, EgressTarget target, IPAddress? address) =>
        Equals(policy.Proxy, under.Policy.Proxy)
        && (target.Name is null || target.Address is not null || EgressJudge.Judge(policy, target.Name, null, target.Port).Allowed)
        && (address is null || Judge(policy, target, address) is null);

    /// <summary>Opens the way for a connection, or says why not; every decision is in the journal when it returns.</summary>
    public async Task<Opening> OpenAsync(EgressSession session, OpenConnection open, EgressTarget target, CancellationToken cancellation)
    {
        var applied = session.Applied;
        var (addresses, refusal) = await FindAsync(applied.Policy, target, cancellation);
        if (refusal is null)
        {
            var rule = EgressJudge.Judge(applied.Policy, target.Name, addresses[0], target.Port).Rule;
            session.Journal.Allow(target, addresses[0], rule);
            Socket? upstream;
            (upstream, refusal) = await DialAsync(applied.Policy, target, addresses, cancellation);
            if (upstream is not null)
            {
                // Bound first, compared after: whichever of this and a new policy comes second sees the other.
                open.Bind(target, applied.Policy.Proxy is null && upstream.RemoteEndPoint is IPEndPoint at ? at.Address : addresses[0], applied);
                if (session.Applied == applied || session.StillAllowed(open))
                    return new(upstream, null);
                OpenConnection.Reset(upstream);
                upstream.Dispose();
                refusal = new(RefusalKind.Rule, target, addresses[0], BuiltInRule.PolicyChanged);
            }
        }

        session.Journal.Deny(refusal!);
        return new(null, refusal);
    }

    private async Task<(IReadOnlyList<IPAddress> Addresses, Refusal? Refusal)> FindAsync(
        EgressPolicy policy, EgressTarget target, CancellationToken cancellation)
    {
        if (target.Name is null)
            return ([target.Address!], Judge(policy, target, target.Address!));

        // Before anybody outside hears of the name.
        var judgement = EgressJudge.Judge(policy, target.Name, null, target.Port);
        if (!judgement.Allowed)
            return ([], new(RefusalKind.Rule, target, null, judgement.Rule));
        var resolution = await names.ResolveAsync(target.Name, cancellation);
        if (resolution.Addresses.Count == 0)
            return ([], new(RefusalKind.Unresolvable, target, null, BuiltInRule.Unresolvable));

        // One bad address refuses the name: it must not depend on the order of answers.
        foreach (var address in resolution.Addresses)
        {
            if (Judge(policy, target, address) is { } refusal)
                return ([], refusal);
        }

        return target.Address is { } asked && resolution.Addresses.Contains(asked)
            ? ([asked], null)
            : (resolution.Addresses, null);
    }

    private async Task<(Socket? Upstream, Refusal? Refusal)> DialAsync(
        EgressPolicy policy, EgressTarget target, IReadOnlyList<IPAddress> addresses, CancellationToken cancellation)
    {
        var rule = policy.Proxy is null ? BuiltInRule.Unreachable : BuiltInRule.ProxyUnreachable;
        for (var i = 0; i < addresses.Count && i < MaxDialled; i++)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            timeout.CancelAfter(options.ConnectTimeout);
            try
            {
                var socket = policy.Proxy is { } proxy
                    ? await DialThroughAsync(policy, proxy, addresses[i], target.Port, timeout.Token)
                    : await ConnectAsync(addresses[i], target.Port, timeout.Token);
                return (socket, null);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
            }
        }

        return (null, new(RefusalKind.Unreachable, target, addresses[0], rule));
    }

    private async Task<Socket> DialThroughAsync(
        EgressPolicy policy, UpstreamProxy proxy, IPAddress address, int port, CancellationToken cancellation)
    {
        IReadOnlyList<IPAddress> found = IPAddress.TryParse(proxy.Host, out var literal)
            ? [literal]
            : (await names.ResolveAsync(proxy.Host.ToLowerInvariant(), cancellation)).Addresses;
        var at = found.FirstOrDefault(a => options.TrustUpstreamProxy || AddressGuard.Refuse(policy, a, proxy.Port) is null)
            ?? throw new IOException("the upstream proxy has no address that may be dialled");
        var socket = await ConnectAsync(at, proxy.Port, cancellation);
        try
        {
            await SocksClient.ConnectAsync(socket, proxy, address, port, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        var dialled = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var socket = new Socket(dialled.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(dialled, port, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
