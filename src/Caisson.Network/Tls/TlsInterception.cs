using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Caisson.Network.Egress;
using Caisson.Network.Http;
using Caisson.Network.Streams;

namespace Caisson.Network.Tls;

/// <summary>Opens the TLS of a connection to a host whose requests get headers, verifying the server as any client would.</summary>
internal static class TlsInterception
{
    /// <summary>Carries one request and its response between two TLS connections.</summary>
    public static async Task RunAsync(EgressSession session, OpenConnection open, Wire upstream, EgressTarget target)
    {
        var options = session.Gateway.Options;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(open.Cancellation);
        timeout.CancelAfter(options.HeadTimeout);
        try
        {
            // The server first: a client is not greeted in the name of a server that could not be verified.
            await using var outer = new SslStream(upstream, leaveInnerStreamOpen: true);
            await outer.AuthenticateAsClientAsync(ClientOptions(target.Name!, options.UpstreamRoots), timeout.Token);
            await using var inner = new SslStream(open.Client, leaveInnerStreamOpen: true);
            await inner.AuthenticateAsServerAsync(ServerOptions(session.Gateway.Authority.For(target.Name!)), timeout.Token);
            var client = new Wire(inner, open.Socket, options.MaxHeadBytes, open.Touch);
            var server = new Wire(outer, upstream.Socket, options.MaxHeadBytes, open.Touch);
            await HttpExchange.RunAsync(session, open, client, server, target, usualPort: 443);
        }
        catch (AuthenticationException)
        {
            session.Journal.Deny(new(RefusalKind.Unreachable, target, open.Address, BuiltInRule.TlsUnverified));
        }
    }

    private static SslServerAuthenticationOptions ServerOptions(X509Certificate2 certificate) => new()
    {
        ServerCertificate = certificate,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };

    private static SslClientAuthenticationOptions ClientOptions(string name, X509Certificate2Collection roots) => new()
    {
        TargetHost = name,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        RemoteCertificateValidationCallback = roots.Count == 0 ? null : (_, certificate, chain, errors) => Verify(certificate, chain, errors, roots),
    };

    private static bool Verify(X509Certificate? certificate, X509Chain? given, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (given is not null)
            chain.ChainPolicy.ExtraStore.AddRange(given.ChainPolicy.ExtraStore);
        return chain.Build(leaf);
    }
}
