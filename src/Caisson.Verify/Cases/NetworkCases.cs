using System.Net;
using Caisson.Client;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using static Caisson.Verify.Cases.ShellCase;

namespace Caisson.Verify.Cases;

/// <summary>Ports into a sandbox and connections out of it.</summary>
internal static class NetworkCases
{
    private const string Serve = "exec python3 -c \"\nimport http.server as h\nclass R(h.BaseHTTPRequestHandler):\n  def do_GET(s):\n    s.send_response(200); s.end_headers(); s.wfile.write(('hello '+s.path).encode())\n  def log_message(s,*a): pass\nh.HTTPServer(('ADDRESS',PORT),R).serve_forever()\"";
    private const string Reach = "python3 -c \"import socket,sys; s=socket.create_connection((sys.argv[1],int(sys.argv[2])),8); s.sendall(b'x'); print(s.recv(9).decode())\"";

    public static IEnumerable<VerifyCase> All =>
    [
        Says("there is a loopback and no other link", Controls.NoNetwork, "sed 1,2d /proc/net/dev | cut -d: -f1 | tr -d ' '", "lo"),
        Says("the loopback works", Controls.NoNetwork, "python3 -c \"import socket; l=socket.create_server(('127.0.0.1',0)); c=socket.create_connection(l.getsockname()); print('ok')\"", "ok"),
        Says("the loopback of IPv6 works", Controls.NoNetwork, "python3 -c \"import socket; l=socket.socket(socket.AF_INET6); l.bind(('::1',0)); l.listen(); c=socket.create_connection(l.getsockname()[:2]); print('ok')\"", "ok"),
        Says("a link cannot be added by root", Controls.NoNetwork, "ip link add dummy0 type dummy 2>/dev/null && echo added; ip link add v0 type veth peer name v1 2>/dev/null && echo added; true", "", Root),
        Says("rules of the door cannot be changed by root", Controls.NoNetwork, "(nft flush ruleset || iptables -t nat -F) 2>/dev/null && echo flushed; true", "", Root),
        Says("datagrams reach nobody", Controls.NoNetwork, "python3 -c \"\nimport socket\ns=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(1)\ntry:\n  s.sendto(b'x',('192.0.2.77',9999)); s.recv(1); print('answered')\nexcept OSError: print('silence')\"", "silence"),
        new("a port inside is reached from outside", Controls.Ports, (bench, cancellation) => PortAsync(bench, "127.0.0.1", cancellation)),
        new("a port on every address is reached", Controls.Ports, (bench, cancellation) => PortAsync(bench, "0.0.0.0", cancellation)),
        new("a port where nothing listens is an answer and not a hang", Controls.Ports, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            using var answer = await GetAsync(bench, box.Id, 5999, null, cancellation);
            Expect.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        }),
        new("a private port wants its token", Controls.Ports, async (bench, cancellation) =>
        {
            await using var box = await bench.CreateAsync(new SandboxSpec { Ingress = new IngressPolicy { Public = false } }, cancellation);
            await using var server = await box.StartAsync(new ExecRequest { Command = "/bin/sh", Arguments = ["-c", Server("127.0.0.1", 8000)] }, cancellation);
            await Expect.SoonAsync(async () => (await GetAsync(bench, box.Id, 8000, box.TrafficToken, cancellation)).StatusCode == HttpStatusCode.OK, "it never answered with the token", cancellation);
            foreach (var token in (string?[])[null, "wrong", new string('a', 64)])
            {
                using var answer = await GetAsync(bench, box.Id, 8000, token, cancellation);
                Expect.True((int)answer.StatusCode is 401 or 403, $"it answered {(int)answer.StatusCode} to {(token is null ? "no token" : "a wrong one")}");
            }
        }),
        Egress("by default nothing gets out", [], reached: false),
        Egress("an allowed address is reached", ["{0}"], reached: true),
        Egress("an allowed address and port is reached", ["{0}:{1}"], reached: true),
        Egress("another port of an allowed address is not", ["{0}:1"], reached: false),
        Egress("an allowed range is reached", ["{0}/32"], reached: true),
        Egress("this host is not reached because everything is allowed", ["*", "0.0.0.0/0"], reached: false),
        new("a refusal says what was tried, which rule refused it and how to ask", Controls.Egress, async (bench, cancellation) =>
        {
            var result = await bench.ShellAsync("curl -sS --max-time 8 http://refused.example/; true", User, cancellation);
            Expect.True(result.Denials.Any(d => d is { Host: "refused.example", Rule: "unlisted", Remedy: not null }), $"denials: {string.Join(", ", result.Denials)}");
        }),
        new("a failure after a refusal is the policy's", Controls.Egress, async (bench, cancellation) =>
            Expect.Equal(FailureKind.Policy, (await bench.ShellAsync("curl -sS --max-time 8 http://refused.example/ -f", User, cancellation)).Failure)),
        new("the metadata service is never reached", Controls.Egress, async (bench, cancellation) =>
        {
            await using var box = await bench.CreateAsync(new SandboxSpec { Egress = Allow("*", "169.254.169.254", "169.254.0.0/16") }, cancellation);
            var result = await Bench.RunAsync(box, "curl -s --max-time 8 -o /dev/null -w '%{http_code}' http://169.254.169.254/latest/", User, cancellation);
            Expect.True(result.Stdout is "000" or "403", $"it answered {result.Stdout}");
        }),
        new("a new policy holds at once, both ways", Controls.Egress, async (bench, cancellation) =>
        {
            await using var host = new HostListener(Bench.HostAddress());
            await using var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
            Expect.Equal(false, await ReachesAsync(box, host, cancellation));
            await box.SetEgressAsync(Allow(host.Address.ToString()), cancellation);
            Expect.Equal(true, await ReachesAsync(box, host, cancellation));
            await box.SetEgressAsync(EgressPolicy.None, cancellation);
            Expect.Equal(false, await ReachesAsync(box, host, cancellation));
        }),
        new("the server itself is not reached", Controls.Egress, async (bench, cancellation) =>
        {
            var result = await bench.ShellAsync($"curl -s --max-time 5 -o /dev/null -w '%{{http_code}}' http://127.0.0.1:{bench.Server.Address.Port}/health", User, cancellation);
            Expect.Equal("000", result.Stdout);
        }),
        new("an allowed name is answered with an address", Controls.Egress, async (bench, cancellation) =>
        {
            await using var box = await bench.CreateAsync(new SandboxSpec { Egress = Allow("allowed.example") }, cancellation);
            var result = await Bench.RunAsync(box, "getent ahostsv4 localhost | head -1 | cut -d' ' -f1", User, cancellation);
            Expect.Equal("127.0.0.1", result.Stdout.Trim());
        }),
    ];

    private static string Server(string address, int port) => Serve.Replace("ADDRESS", address, StringComparison.Ordinal).Replace("PORT", $"{port}", StringComparison.Ordinal);

    private static EgressPolicy Allow(params IEnumerable<string> rules) => EgressPolicy.None with { Allow = [.. rules.Select(rule => EgressRule.Parse(rule))] };

    private static VerifyCase Egress(string name, string[] allow, bool reached) => new(name, Controls.Egress, async (bench, cancellation) =>
    {
        await using var host = new HostListener(Bench.HostAddress());
        var rules = allow.Select(rule => rule.Replace("{0}", host.Address.ToString(), StringComparison.Ordinal).Replace("{1}", $"{host.Port}", StringComparison.Ordinal));
        await using var box = await bench.CreateAsync(new SandboxSpec { Egress = Allow(rules) }, cancellation);
        Expect.Equal(reached, await ReachesAsync(box, host, cancellation));
        Expect.Equal(reached, host.Accepted > 0);
    });

    private static async Task<bool> ReachesAsync(RemoteSandbox box, HostListener host, CancellationToken cancellation)
    {
        var result = await box.ExecAsync(new ExecRequest { Command = "/bin/sh", Arguments = ["-c", $"{Reach} {host.Address} {host.Port}"], Timeout = TimeSpan.FromSeconds(30) }, null, cancellation);
        return result.Stdout.Contains("hello", StringComparison.Ordinal);
    }

    private static async Task PortAsync(Bench bench, string address, CancellationToken cancellation)
    {
        var box = await bench.BoxAsync(cancellation);
        var port = address == "0.0.0.0" ? 8123 : 8124;
        await using var server = await box.StartAsync(
            new ExecRequest { Command = "/bin/sh", Arguments = ["-c", Server(address, port)], Timeout = TimeSpan.FromMinutes(1) }, cancellation);
        await Expect.SoonAsync(
            async () =>
            {
                using var answer = await GetAsync(bench, box.Id, port, null, cancellation);
                return await answer.Content.ReadAsStringAsync(cancellation) == "hello /some/path?q=1";
            },
            "it was not reached",
            cancellation);
        await server.SignalAsync(9, false, cancellation);
    }

    // The name of a port is below localhost, which not every resolver knows: it is sent to the server as a client behind a proxy would.
    private static async Task<HttpResponseMessage> GetAsync(Bench bench, string id, int port, string? token, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(15) };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(bench.Server.Address, "/some/path?q=1"));
        request.Headers.Host = $"{port}-{id}.localhost:{bench.Server.Address.Port}";
        if (token is not null)
            request.Headers.Add("e2b-traffic-access-token", token);
        return await client.SendAsync(request, cancellation);
    }
}
