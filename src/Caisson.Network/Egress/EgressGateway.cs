using Caisson.Core.Events;
using Caisson.Core.Policy;
using Caisson.Network.Dns;
using Caisson.Network.Tls;
using Microsoft.Extensions.Logging;

namespace Caisson.Network.Egress;

/// <summary>The host side of every sandbox's egress door; sets nothing up before it is needed.</summary>
public sealed class EgressGateway : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<EgressSession> _sessions = [];
    private readonly Lazy<CertificateAuthority> _authority;
    private bool _disposed;

    /// <summary>Makes a gateway.</summary>
    public EgressGateway(EgressGatewayOptions options, TimeProvider time, ILogger<EgressGateway> logger)
    {
        Options = options;
        Time = time;
        Logger = logger;
        Names = new NameCache(
            options.DnsServer is { } server ? new StubResolver(server, options.DnsTimeout, time) : new SystemResolver(), options.DnsTimeout, time);
        Passage = new Passage(options, Names);
        _authority = new(() => new CertificateAuthority(time));
    }

    /// <summary>The certificate, as PEM, that a sandbox must trust where the policy sets headers on HTTPS requests; made when first asked for.</summary>
    public string CertificateAuthority => _authority.Value.Pem;

    internal EgressGatewayOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal NameCache Names { get; }

    internal Passage Passage { get; }

    internal CertificateAuthority Authority => _authority.Value;

    /// <summary>Serves the sockets of one sandbox until the session is disposed; the session owns them from here on.</summary>
    /// <param name="door">The sockets.</param>
    /// <param name="policy">What may pass.</param>
    /// <param name="timeline">Where decisions are written.</param>
    /// <param name="proxyCredential">What clients of the proxy listeners must show (<c>user:password</c>, or a password alone), or null.</param>
    public EgressSession Attach(EgressDoor door, EgressPolicy policy, ITimeline timeline, string? proxyCredential)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var session = new EgressSession(this, door, policy, timeline, proxyCredential);
            _sessions.Add(session);
            session.Start();
            return session;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        EgressSession[] sessions;
        lock (_lock)
        {
            _disposed = true;
            sessions = [.. _sessions];
        }

        foreach (var session in sessions)
            await session.DisposeAsync();
        if (_authority.IsValueCreated)
            _authority.Value.Dispose();
    }

    internal void Forget(EgressSession session)
    {
        lock (_lock)
            _sessions.Remove(session);
    }
}
