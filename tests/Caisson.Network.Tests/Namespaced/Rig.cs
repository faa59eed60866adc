using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Caisson.Core.Policy;
using Caisson.Network.Egress;
using Microsoft.Extensions.Logging.Abstractions;

namespace Caisson.Network.Tests.Namespaced;

/// <summary>A sandbox's namespace, a gateway and the little Internet.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private const string Resolv = "/etc/netns/";

    public Rig(EgressPolicy policy, string? credential = null, Func<EgressGatewayOptions, EgressGatewayOptions>? with = null)
    {
        var options = new EgressGatewayOptions
        {
            DnsServer = Internet.Dns,
            UpstreamRoots = [X509Certificate2.CreateFromPem(Net.Authority.Pem)],
            ConnectTimeout = TimeSpan.FromSeconds(3),
        };
        Gateway = new EgressGateway(with?.Invoke(options) ?? options, TimeProvider.System, NullLogger<EgressGateway>.Instance);
        Directory.CreateDirectory(Resolv + Inside.Name);
        File.WriteAllText(Resolv + Inside.Name + "/resolv.conf", "nameserver 192.0.2.53\noptions timeout:2 attempts:1\n");
        Door = Inside.OpenDoor();
        Session = Gateway.Attach(Door, policy, Journal, credential);
    }

    public Internet Net { get; } = new();

    public TestNamespace Inside { get; } = new();

    public EgressGateway Gateway { get; }

    public EgressDoor Door { get; }

    public EgressSession Session { get; }

    public Journal Journal { get; } = new();

    public static EgressPolicy Allow(params string[] rules) => new() { Allow = [.. rules.Select(EgressRule.Parse)] };

    public Task<(int Code, string Text)> CurlAsync(params string[] arguments) =>
        Inside.ExecAsync(["curl", "-sS", "-i", "--noproxy", "", "--max-time", "15", .. arguments]);

    public Task<(int Code, string Text)> PythonAsync(string script) => Inside.ExecAsync("python3", "-c", script);

    /// <summary>A client socket made inside.</summary>
    public Socket Client() => Inside.Inside(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 });

    public bool Denied(string rule) => Session.Denials.Any(d => d.Rule == rule);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        Directory.Delete(Resolv + Inside.Name, recursive: true);
        Inside.Dispose();
        await Net.DisposeAsync();
    }
}
