using System.Net;
using System.Net.Sockets;
using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class NetworkTests(Site site)
{
    private const string Fetch = """
        import sys, socket
        for a in sys.argv[1:]:
            host, port = a.rsplit(":", 1)
            try:
                s = socket.create_connection((host, int(port)), 8)
                s.sendall(b"GET / HTTP/1.1\r\nHost: " + host.encode() + b"\r\nConnection: close\r\n\r\n")
                d = s.recv(4096)
                while d and b"hello" not in d:
                    m = s.recv(4096)
                    if not m: break
                    d += m
                print(a, d[:80], "REACHED" if b"hello" in d else "")
            except OSError as e:
                print(a, "error", e)
        """;

    [Theory, ClassData(typeof(Callers))]
    public async Task There_is_a_loopback_and_nothing_else(Caller caller)
    {
        using var place = site.For(caller);
        Assert.Equal("lo", (await place.ShellAsync("sed 1,2d /proc/net/dev | cut -d: -f1 | tr -d ' '")).Succeeded());
        var own = await place.PythonAsync("import socket; l=socket.create_server(('127.0.0.1', 0)); c=socket.create_connection(l.getsockname()); a,_=l.accept(); a.send(b'hi'); print(c.recv(9))");
        Assert.Equal("b'hi'", own.Succeeded());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Listeners_of_the_host_are_not_reached(Caller caller)
    {
        using var place = site.For(caller);
        await using var four = new HelloServer(IPAddress.Any);
        await using var six = new HelloServer(IPAddress.IPv6Any);
        var mine = Dns.GetHostAddresses(Dns.GetHostName()).Select(a => a.ToString()).Append("127.0.0.1").Append("127.0.0.2").Append("localhost").Append("192.0.2.1").Append("0.0.0.0").Distinct();
        string[] targets = [.. mine.Select(a => $"{a}:{four.Port}"), $"::1:{six.Port}", $"::ffff:127.0.0.1:{four.Port}"];
        var outcome = await place.RunAsync(["--", "/usr/bin/python3", "-c", Fetch, .. targets]);
        Assert.Equal(0, outcome.Code);
        Assert.DoesNotContain("REACHED", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(0, four.Accepted + six.Accepted);
        // Nor by name, nor when addresses are allowed by a rule that means the Internet.
        outcome = await place.RunAsync(["--allow", "*", "--allow", "0.0.0.0/0", "--", "/usr/bin/python3", "-c", Fetch, .. targets]);
        Assert.DoesNotContain("REACHED", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(0, four.Accepted + six.Accepted);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Abstract_and_other_unix_sockets_of_the_host_are_not_reached(Caller caller)
    {
        using var place = site.For(caller);
        var name = "caisson-test-" + Guid.NewGuid().ToString("N");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        listener.Listen();
        var path = Path.Combine(place.Root, "s");
        using var second = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        second.Bind(new UnixDomainSocketEndPoint(path));
        second.Listen();
        Tool.Run("chmod", "0777", path);
        var outcome = await place.PythonAsync($$"""
            import socket
            for a in ["\0{{name}}", "{{path}}", "/var/run/docker.sock", "/run/dbus/system_bus_socket"]:
                try:
                    socket.socket(socket.AF_UNIX).connect(a)
                    print("REACHED", a)
                except OSError as e:
                    print(e.errno)
            """);
        Assert.DoesNotContain("REACHED", outcome.Succeeded(), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task The_metadata_address_is_refused_even_when_allowed(Caller caller)
    {
        using var place = site.For(caller);
        foreach (var allow in (string[])["*", "169.254.169.254", "169.254.0.0/16"])
        {
            var outcome = await place.RunAsync("--allow", allow, "--", "curl", "-sS", "--noproxy", "*", "--max-time", "10", "http://169.254.169.254/latest/meta-data/");
            Assert.True(outcome.Code is not 0 || outcome.Text.Contains("refused", StringComparison.OrdinalIgnoreCase) || outcome.Text.Contains("aisson", StringComparison.Ordinal), outcome.ToString());
            Assert.Contains("caisson: refused 169.254.169.254:80", outcome.Error, StringComparison.Ordinal);
        }
    }

    public static TheoryData<Caller, string> Rebinds()
    {
        var data = new TheoryData<Caller, string>();
        foreach (var address in (string[])["127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.100.100.200", "0.0.0.0", "::1", "::ffff:127.0.0.1", "fd00:ec2::254", "fe80::1", "224.0.0.1"])
        {
            data.Add(Caller.Root, address);
            data.Add(Caller.User, address);
        }

        return data;
    }

    [Theory, MemberData(nameof(Rebinds))]
    public async Task An_allowed_name_that_resolves_to_our_networks_is_refused(Caller caller, string address)
    {
        using var place = site.For(caller);
        using var dns = new TinyDns(address);
        await using var server = new HelloServer(IPAddress.Any);
        var outcome = await place.RunAsync("--allow", "rebind.example", "--dns", dns.Address, "--", "/usr/bin/python3", "-c", Fetch, $"rebind.example:{server.Port}");
        Assert.DoesNotContain("REACHED", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(0, server.Accepted);
        Assert.Contains("refused rebind.example", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("rebind.example", dns.Asked);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_name_that_changes_its_address_between_two_looks_is_refused(Caller caller)
    {
        using var place = site.For(caller);
        using var dns = new TinyDns(inTurn: true, ["203.0.113.250", "127.0.0.1"]);
        await using var server = new HelloServer(IPAddress.Any);
        var target = $"rebind.example:{server.Port}";
        var outcome = await place.RunAsync(["--allow", "rebind.example", "--dns", dns.Address, "--timeout", "40s", "--", "timeout", "30", "/usr/bin/python3", "-c", Fetch, target, target, target], null);
        Assert.DoesNotContain("REACHED", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(0, server.Accepted);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_name_that_is_not_allowed_is_never_asked_of_the_outside(Caller caller)
    {
        using var place = site.For(caller);
        using var dns = new TinyDns("203.0.113.77");
        var outcome = await place.RunAsync("--allow", "good.example", "--dns", dns.Address, "--", "/usr/bin/python3", "-c",
            "import socket\nfor n in ['secret-data.evil.example', 'good.example.evil.example']:\n  try: print(socket.getaddrinfo(n, 80)); socket.create_connection((n, 80), 5).recv(1)\n  except OSError as e: print(e)");
        Assert.Equal(0, outcome.Code);
        Assert.Empty(dns.Asked);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Names_are_answered_over_tcp_as_over_udp(Caller caller)
    {
        using var place = site.For(caller);
        using var dns = new TinyDns("203.0.113.250");
        var outcome = await place.PythonAsync("""
            import socket, struct
            question = struct.pack(">6H", 7, 0x100, 1, 0, 0, 0) + b"\x04good\x07example\x00" + struct.pack(">2H", 1, 1)
            s = socket.create_connection(("127.0.0.1", 53), 10)
            s.sendall(struct.pack(">H", len(question)) + question)
            f = s.makefile("rb")
            answer = f.read(struct.unpack(">H", f.read(2))[0])
            print(*struct.unpack(">H", answer[:2]), *struct.unpack(">H", answer[6:8]))
            """, "--allow", "good.example", "--dns", dns.Address);
        Assert.Equal("7 1", outcome.Succeeded());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Udp_and_raw_sockets_lead_nowhere(Caller caller)
    {
        using var place = site.For(caller);
        using var listener = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
        var port = ((IPEndPoint)listener.Client.LocalEndPoint!).Port;
        var outcome = await place.PythonAsync($$"""
            import socket
            for t, p in [(socket.SOCK_RAW, socket.IPPROTO_ICMP), (socket.SOCK_RAW, 255)]:
                try: socket.socket(socket.AF_INET, t, p); print("RAW")
                except OSError as e: print("refused", e.errno)
            for f in [17, 16, 40, 38, 44, 21, 31]:
                try: socket.socket(f, socket.SOCK_RAW if f != 40 else socket.SOCK_STREAM, 0); print("FAMILY", f)
                except OSError as e: print("refused", e.errno)
            for a in ["127.0.0.1", "192.0.2.1"]:
                try: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", (a, {{port}}))
                except OSError as e: print("refused", e.errno)
            """, "--allow", "*");
        Assert.DoesNotContain("RAW", outcome.Succeeded(), StringComparison.Ordinal);
        Assert.DoesNotContain("FAMILY 17", outcome.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("FAMILY 4", outcome.Text, StringComparison.Ordinal);
        Assert.Equal(0, listener.Available);
    }
}
