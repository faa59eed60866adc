using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Caisson.Core.Events;
using Caisson.Core.Policy;
using Xunit;

namespace Caisson.Network.Tests.Namespaced;

public sealed class GatewayTests
{
    [Fact]
    public async Task What_a_rule_names_is_reached_and_nothing_else()
    {
        await using var rig = new Rig(Rig.Allow("good.test", "*.wild.test", "missing.test"));
        Assert.Contains("hello from 203.0.113.10:80", (await rig.CurlAsync("http://good.test/")).Text);
        Assert.Contains("hello from 203.0.113.10:8080", (await rig.CurlAsync("http://sub.wild.test:8080/")).Text);
        var (_, text) = await rig.CurlAsync("http://wild.test/x");
        Assert.Contains("403 Forbidden", text);
        Assert.Contains("X-Caisson-Denied: unlisted", text);
        Assert.Contains("--allow wild.test", text);
        Assert.NotEqual(0, (await rig.CurlAsync("-k", "https://other.test/")).Code);
        Assert.Equal(6, (await rig.CurlAsync("http://missing.test/")).Code);
        Assert.DoesNotContain("wild.test", rig.Net.Asked);
        Assert.DoesNotContain("other.test", rig.Net.Asked);
        Assert.Contains(rig.Session.Denials, d => d is { Host: "other.test", Port: 443, Rule: "unlisted" });
        Assert.Contains(rig.Journal.Entries.OfType<EgressDecision>(), d => d is { Host: "good.test", Port: 80, Address: "203.0.113.10", Verdict: EgressVerdict.Allow });
    }

    [Fact]
    public async Task Tls_passes_untouched_and_must_name_what_was_looked_up()
    {
        await using var rig = new Rig(Rig.Allow("good.test"));
        var root = Path.GetTempFileName();
        await File.WriteAllTextAsync(root, rig.Net.Authority.Pem, TestContext.Current.CancellationToken);
        Assert.Contains("hello from 203.0.113.10:443", (await rig.CurlAsync("--cacert", root, "https://good.test/")).Text);
        File.Delete(root);

        // The looked-up address with another name, and with none.
        Assert.NotEqual(0, (await rig.CurlAsync("-k", "--connect-to", "evil.test:443:good.test:443", "https://evil.test/")).Code);
        Assert.True(rig.Denied("sni-mismatch"));
        Assert.NotEqual(0, (await rig.PythonAsync(
            "import ssl,socket;c=ssl._create_unverified_context();c.wrap_socket(socket.create_connection(('good.test',443),5)).read()")).Code);
        Assert.True(rig.Denied("sni-missing"));

        // A raw address: the name in the greeting decides, and the name's own address is dialled.
        Assert.Contains("hello from 203.0.113.10:443", (await rig.CurlAsync("-k", "--connect-to", "good.test:443:203.0.113.11:443", "https://good.test/")).Text);
        Assert.NotEqual(0, (await rig.CurlAsync("-k", "--connect-to", "evil.test:443:203.0.113.10:443", "https://evil.test/")).Code);
        Assert.NotEqual(0, (await rig.CurlAsync("-k", "https://203.0.113.10/")).Code);
        Assert.DoesNotContain("SNI evil.test", rig.Net.Seen);
    }

    [Theory]
    [InlineData("loop.test", "private-address")]
    [InlineData("meta.test", "cloud-metadata")]
    [InlineData("mapped.test", "private-address")]
    [InlineData("mixed.test", "private-address")]
    [InlineData("host.test", "host-address")]
    public async Task A_name_that_leads_where_none_may_go_is_refused(string name, string rule)
    {
        await using var rig = new Rig(Rig.Allow("*", name));
        Assert.Contains($"X-Caisson-Denied: {rule}", (await rig.CurlAsync($"http://{name}/")).Text);
        Assert.Empty(rig.Net.Seen);
    }

    [Fact]
    public async Task Plain_http_says_the_name_that_was_looked_up_in_every_request()
    {
        await using var rig = new Rig(Rig.Allow("good.test"));
        Assert.Contains("X-Caisson-Denied: host-mismatch", (await rig.CurlAsync("-H", "Host: evil.test", "http://good.test/")).Text);
        var two = await RawAsync(rig, "GET /1 HTTP/1.1\r\nHost: good.test\r\n\r\nGET /2 HTTP/1.1\r\nHost: evil.test\r\n\r\n");
        Assert.Contains("hello", two);
        Assert.DoesNotContain(rig.Net.Seen, s => s.Contains("/2") || s.Contains("evil"));
        Assert.Contains("400", await RawAsync(rig, "POST / HTTP/1.1\r\nHost: good.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
        Assert.Contains("host-mismatch", await RawAsync(rig, "GET http://evil.test/ HTTP/1.1\r\nHost: good.test\r\n\r\n"));
        Assert.Contains("http-malformed", await RawAsync(rig, "CONNECT evil.test:443 HTTP/1.1\r\nHost: good.test\r\n\r\n"));
        Assert.Single(rig.Net.Seen);
        Assert.Equal(2, (await rig.CurlAsync("http://good.test/a", "http://good.test/b")).Text.Split("hello").Length - 1);
        Assert.Contains("hello", await RawAsync(rig, "POST / HTTP/1.1\r\nHost: good.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
    }

    [Fact]
    public async Task A_websocket_is_carried_both_ways()
    {
        await using var rig = new Rig(Rig.Allow("good.test"));
        using var client = rig.Client();
        await client.ConnectAsync(await AddressAsync(rig, "good.test"), 80);
        await using var stream = new NetworkStream(client);
        await stream.WriteAsync("GET /ws HTTP/1.1\r\nHost: good.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"u8.ToArray());
        var head = await ReadAsync(stream, "\r\n\r\n");
        Assert.Contains("101", head);
        await stream.WriteAsync("ping!"u8.ToArray());
        Assert.Equal("ping!", await ReadAsync(stream, "!"));
    }

    [Fact]
    public async Task A_server_that_speaks_first_is_heard_by_name_and_by_address()
    {
        await using var rig = new Rig(Rig.Allow("good.test:22", "203.0.113.11:22"));
        foreach (var address in new[] { await AddressAsync(rig, "good.test"), IPAddress.Parse("203.0.113.11") })
        {
            using var client = rig.Client();
            await client.ConnectAsync(address, 22);
            await using var stream = new NetworkStream(client);
            Assert.Equal("SSH-2.0-test\r\n", await ReadAsync(stream, "\n"));
            await stream.WriteAsync("SSH-2.0-me\r\n"u8.ToArray());
            Assert.Equal("SSH-2.0-me\r\n", await ReadAsync(stream, "\n"));
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        }
    }

    [Fact]
    public async Task A_new_policy_cuts_what_it_refuses_and_leaves_the_rest()
    {
        await using var rig = new Rig(Rig.Allow("good.test", "other.test"));
        using var kept = rig.Client();
        using var cut = rig.Client();
        await kept.ConnectAsync(await AddressAsync(rig, "good.test"), 7);
        await cut.ConnectAsync(await AddressAsync(rig, "other.test"), 7);
        await using var keptStream = new NetworkStream(kept);
        await using var cutStream = new NetworkStream(cut);
        foreach (var stream in new[] { keptStream, cutStream })
        {
            await stream.WriteAsync("one\n"u8.ToArray());
            Assert.Equal("one\n", await ReadAsync(stream, "\n"));
        }

        rig.Session.Apply(Rig.Allow("good.test"));
        await Assert.ThrowsAsync<IOException>(async () => await cutStream.ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(5)));
        await keptStream.WriteAsync("two\n"u8.ToArray());
        Assert.Equal("two\n", await ReadAsync(keptStream, "\n"));
    }

    [Fact]
    public async Task Two_hundred_connections_at_once_and_no_more_than_the_bound()
    {
        await using var rig = new Rig(Rig.Allow("good.test"), with: o => o with { MaxConnections = 200 });
        var address = await AddressAsync(rig, "good.test");
        var clients = Enumerable.Range(0, 200).Select(_ => rig.Client()).ToArray();
        await Task.WhenAll(clients.Select(async (client, i) =>
        {
            await client.ConnectAsync(address, 7);
            var stream = new NetworkStream(client);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"c{i}\n"));
            Assert.Equal($"c{i}\n", await ReadAsync(stream, "\n"));
        }));
        Assert.Equal(200, rig.Session.Connections);
        using var more = rig.Client();
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            await more.ConnectAsync(address, 7);
            await more.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(5));
        });
        Assert.Contains(rig.Journal.Entries, e => e is LimitReached { Resource: "connections" });
        await rig.Session.DisposeAsync();
        Assert.Equal(0, rig.Session.Connections);
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task A_hundred_megabytes_pass_in_flat_memory_and_nothing_is_left_after_disposal()
    {
        var before = Sockets();
        await using (var rig = new Rig(Rig.Allow("good.test")))
        {
            var address = await AddressAsync(rig, "good.test");
            using var client = rig.Client();
            await client.ConnectAsync(address, 9000);
            var buffer = new byte[1 << 16];
            long total = 0, peak = 0;
            GC.Collect();
            var start = GC.GetTotalMemory(forceFullCollection: true);
            var clock = Stopwatch.StartNew();
            int count;
            while ((count = await client.ReceiveAsync(buffer)) > 0)
            {
                if (total >> 24 != (total + count) >> 24)
                    peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - start);
                total += count;
            }

            TestContext.Current.SendDiagnosticMessage($"{total >> 20} MiB in {clock.ElapsedMilliseconds} ms, {peak >> 10} KiB more held");
            Assert.Equal(1600L * 65536, total);
            Assert.InRange(peak, long.MinValue, 4 << 20);
            var (_, text) = await rig.Inside.ExecAsync("ss", "-Hltun");
            if (text.Length > 0 && !text.Contains("not found"))
                Assert.Contains(":9999", text);
            await rig.Session.DisposeAsync();
            (_, text) = await rig.Inside.ExecAsync("ss", "-Hltun");
            Assert.DoesNotContain(":9999", text);
        }

        for (var i = 0; i < 50 && Sockets() > before + 2; i++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.InRange(Sockets(), 0, before + 2);
    }

    [Fact]
    public async Task Proxies_judge_alike_and_want_their_credential()
    {
        await using var rig = new Rig(Rig.Allow("good.test"), credential: "u:secret");
        const string Http = "http://u:secret@127.0.0.1:3128", Socks = "socks5h://u:secret@127.0.0.1:1080";
        foreach (var proxy in new[] { Http, Socks })
        {
            Assert.Contains("hello from 203.0.113.10:80", (await rig.CurlAsync("-x", proxy, "http://good.test/")).Text);
            Assert.Contains("hello from 203.0.113.10:443", (await rig.CurlAsync("-k", "-x", proxy, "https://good.test/")).Text);
            Assert.NotEqual(0, (await rig.CurlAsync("-k", "-x", proxy, "https://other.test/")).Code);
            Assert.NotEqual(0, (await rig.CurlAsync("-k", "-x", proxy, "https://203.0.113.10/")).Code);
            Assert.NotEqual(0, (await rig.CurlAsync("-k", "-x", proxy, "--connect-to", "evil.test:443:good.test:443", "https://evil.test/")).Code);
            Assert.NotEqual(0, (await rig.CurlAsync("-k", "-x", proxy.Replace("secret", "wrong"), "https://good.test/")).Code);
        }

        Assert.Contains("403", (await rig.CurlAsync("-x", Http, "http://other.test/")).Text);
        Assert.Contains("407", (await rig.CurlAsync("-x", "http://127.0.0.1:3128", "http://good.test/")).Text);
        Assert.Contains("hello", (await rig.CurlAsync("-x", "socks5://u:secret@127.0.0.1:1080", "http://good.test/")).Text);
        Assert.DoesNotContain(rig.Net.Seen, s => s.Contains("secret") || s.Contains("Proxy-", StringComparison.OrdinalIgnoreCase) || s == "SNI evil.test");
    }

    [Fact]
    public async Task Everything_leaves_through_the_upstream_proxy_or_not_at_all()
    {
        await using var rig = new Rig(Rig.Allow("good.test") with { Proxy = new UpstreamProxy("203.0.113.11", 1080, null, null) });
        Assert.Contains("hello from 203.0.113.11:1080", (await rig.CurlAsync("http://good.test/")).Text);
        Assert.Contains("SOCKS 203.0.113.10", rig.Net.Seen);
        rig.Session.Apply(Rig.Allow("good.test") with { Proxy = new UpstreamProxy("203.0.113.11", 1, null, null) });
        Assert.Contains("proxy-unreachable", (await rig.CurlAsync("http://good.test/")).Text);
    }

    [Fact]
    public async Task Headers_are_set_for_their_host_alone_and_tls_is_opened_for_it_alone()
    {
        var policy = Rig.Allow("good.test", "other.test") with
        {
            Transforms = [new HeaderTransform("good.test", new Dictionary<string, string> { ["Authorization"] = "Bearer t0p" })],
        };
        await using var rig = new Rig(policy);
        var root = Path.GetTempFileName();
        await File.WriteAllTextAsync(root, rig.Gateway.CertificateAuthority, TestContext.Current.CancellationToken);
        Assert.Contains("hello from 203.0.113.10:443", (await rig.CurlAsync("--cacert", root, "-H", "Authorization: mine", "https://good.test/s")).Text);
        Assert.Contains(rig.Net.Seen, s => s.StartsWith("GET /s") && s.Contains("Authorization: Bearer t0p") && !s.Contains("mine"));
        Assert.Contains("hello", (await rig.CurlAsync("http://good.test/p")).Text);
        Assert.Contains(rig.Net.Seen, s => s.StartsWith("GET /p") && s.Contains("Bearer t0p"));
        Assert.Contains("host-mismatch", (await rig.CurlAsync("--cacert", root, "-H", "Host: evil.test", "https://good.test/h")).Text);
        Assert.Equal(60, (await rig.CurlAsync("--cacert", root, "https://other.test/")).Code);
        Assert.Contains("hello", (await rig.CurlAsync("-k", "https://other.test/o")).Text);
        Assert.DoesNotContain(rig.Net.Seen, s => s.StartsWith("GET /o") && s.Contains("Bearer"));
        File.Delete(root);
    }

    [Fact]
    public async Task A_secret_never_follows_a_name_that_the_client_merely_claims()
    {
        var policy = new EgressPolicy
        {
            Unlisted = EgressVerdict.Allow,
            Deny = [EgressRule.Parse("evil.test")],
            Transforms = [new HeaderTransform("good.test", new Dictionary<string, string> { ["Authorization"] = "Bearer t0p" })],
        };
        await using var rig = new Rig(policy);
        Assert.Contains("hello from 203.0.113.11:80", (await rig.CurlAsync("-H", "Host: good.test", "http://203.0.113.11/")).Text);
        Assert.Contains("hello from 203.0.113.11:443", (await rig.CurlAsync("-k", "--connect-to", "good.test:443:203.0.113.11:443", "https://good.test/")).Text);
        Assert.Contains("host-mismatch", (await rig.CurlAsync("-H", "Host: good.test", "http://other.test/")).Text);
        Assert.Contains("X-Caisson-Denied: evil.test", (await rig.CurlAsync("-H", "Host: evil.test", "http://203.0.113.11/")).Text);
        Assert.DoesNotContain(rig.Net.Seen, s => s.Contains("t0p"));
    }

    [Fact]
    public async Task An_empty_policy_costs_little_to_attach_and_lets_nothing_out()
    {
        await using var rig = new Rig(EgressPolicy.None);
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            using var inside = new TestNamespace();
            var door = inside.OpenDoor();
            var start = Stopwatch.GetTimestamp();
            await using var session = rig.Gateway.Attach(door, EgressPolicy.None, rig.Journal, null);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        TestContext.Current.SendDiagnosticMessage($"attach: {times[0]:F3} / {times[10]:F3} ms");
        Assert.InRange(times[10], 0, 1);
        Assert.Contains("403", (await rig.CurlAsync("http://203.0.113.10/")).Text);
        Assert.NotEqual(0, (await rig.CurlAsync("-g", "http://[2606:4700::1]:22/")).Text.Length);
        Assert.Contains(rig.Session.Denials, d => d.Host == "2606:4700::1");
        Assert.Empty(rig.Net.Asked);
    }

    [Fact]
    public async Task Dns_answers_come_from_whoever_was_asked_over_udp_and_tcp()
    {
        await using var rig = new Rig(Rig.Allow("good.test"));
        const string Script = """
            import socket,struct
            q=b'\0\7\1\0\0\1\0\0\0\0\0\0'+b'\4good\4test\0'+b'\0\1\0\1'
            for a in ('8.8.8.8','127.0.0.53','127.0.0.1'):
                s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.settimeout(3);s.connect((a,53));s.send(q);r=s.recv(512);print(a,socket.inet_ntoa(r[-4:]))
            s=socket.create_connection(('127.0.0.1',53),3);s.send(struct.pack('>H',len(q))+q);r=s.recv(512);print('tcp',socket.inet_ntoa(r[-4:]))
            """;
        var (code, text) = await rig.PythonAsync(Script);
        Assert.True(code == 0, text);
        Assert.Equal(4, text.Split("198.18.0.1").Length - 1);
    }

    private static int Sockets() => Directory.EnumerateFiles("/proc/self/fd").Count(f => new FileInfo(f).LinkTarget?.StartsWith("socket:") == true);

    private static async Task<IPAddress> AddressAsync(Rig rig, string name)
    {
        var (_, text) = await rig.Inside.ExecAsync("getent", "ahostsv4", name);
        return IPAddress.Parse(text.Split(' ', '\n')[0]);
    }

    private static async Task<string> RawAsync(Rig rig, string text)
    {
        using var client = rig.Client();
        await client.ConnectAsync(await AddressAsync(rig, "good.test"), 80);
        await using var stream = new NetworkStream(client);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task<string> ReadAsync(Stream stream, string until)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!text.ToString().EndsWith(until, StringComparison.Ordinal) && await stream.ReadAsync(one, timeout.Token) > 0)
            text.Append((char)one[0]);
        return text.ToString();
    }
}
