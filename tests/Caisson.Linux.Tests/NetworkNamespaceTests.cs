using System.Net.Sockets;
using Caisson.Linux.Namespaces;

namespace Caisson.Linux.Tests;

public sealed class NetworkNamespaceTests
{
    private static NetworkNamespaceRequest Request => new(9999, [3128, 1080], NewUser: !Host.IsRoot);

    // In one step, or a bare one that is furnished while something else goes on; the second is root's.
    private static NetworkNamespace Make(bool bare, NetworkNamespaceRequest? request = null)
    {
        if (!bare)
            return NetworkNamespace.Create(request ?? Request);
        Assert.SkipUnless(Host.IsRoot, "needs root");
        var empty = BareNetworkNamespace.Create();
        try
        {
            return NetworkNamespace.Furnish(empty, request ?? Request);
        }
        catch
        {
            empty.Dispose();
            throw;
        }
    }

    private static string Inside(NetworkNamespace space, params string[] command)
    {
        var path = $"/proc/{Environment.ProcessId}/fd/{space.Handle.DangerousGetHandle()}";
        return Host.Run(["nsenter", $"--net={path}", .. command]);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void The_rules_are_those_that_nft_would_make(bool bare)
    {
        Assert.SkipUnless(Host.IsRoot && File.Exists("/usr/sbin/nft"), "needs root and nft");
        using var space = Make(bare);
        var rules = string.Join('\n', Inside(space, "/usr/sbin/nft", "list", "ruleset").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal(
            "table inet caisson {\nchain out {\ntype nat hook output priority dstnat; policy accept;\nip daddr 127.0.0.0/8 return\nip6 daddr ::1 return\nmeta l4proto tcp redirect to :9999\n}\n}",
            rules.Replace("priority -100", "priority dstnat", StringComparison.Ordinal));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void There_is_a_loopback_to_which_everything_leads(bool bare)
    {
        Assert.SkipUnless(Host.IsRoot, "needs root");
        using var space = Make(bare);
        Assert.Single(Inside(space, "ip", "-o", "link").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("192.0.2.1/32", Inside(space, "ip", "-o", "addr"), StringComparison.Ordinal);
        Assert.Contains("local 203.0.113.9 dev lo", Inside(space, "ip", "route", "get", "203.0.113.9"), StringComparison.Ordinal);
        Assert.Matches("local 2001:db8::9 .*dev lo", Inside(space, "ip", "-6", "route", "get", "2001:db8::9"));
        Assert.Equal(5, Inside(space, "ss", "-Hltnu").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_socket_made_in_it_reaches_what_listens_in_it()
    {
        Assert.SkipUnless(Host.IsRoot, "needs root");
        using var space = NetworkNamespace.Create(Request);
        using var client = space.CreateSocket(AddressFamily.InterNetwork);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await client.ConnectAsync("203.0.113.5", 80, limit.Token);
        using var server = await space.Transparent.AcceptAsync(limit.Token);
        await client.SendAsync("hi"u8.ToArray(), limit.Token);
        var buffer = new byte[9];
        Assert.Equal(2, await server.ReceiveAsync(buffer, limit.Token));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Two_hundred_leave_no_descriptor_child_or_namespace(bool bare)
    {
        for (var i = 0; i < 3; i++)
            Make(bare).Dispose();
        var before = Host.Descriptors;
        for (var i = 0; i < 200; i++)
            Make(bare).Dispose();
        Assert.InRange(Host.Descriptors, 0, before + 2);
        Assert.Equal("", Host.Children.Trim());
        var spaces = new HashSet<string>(StringComparer.Ordinal);
        foreach (var link in Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget).OfType<string>().Where(l => l.StartsWith("net:", StringComparison.Ordinal)))
            spaces.Add(link);
        Assert.Empty(spaces);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_failure_half_way_leaves_no_descriptor(bool bare)
    {
        for (var i = 0; i < 3; i++)
            Assert.ThrowsAny<IOException>(() => Make(bare, Request with { ListenPorts = [9999] }));
        var before = Host.Descriptors;
        for (var i = 0; i < 20; i++)
            Assert.ThrowsAny<IOException>(() => Make(bare, Request with { ListenPorts = [9999] }));
        Assert.Equal(before, Host.Descriptors);
        Assert.Equal("", Host.Children.Trim());
    }
}
