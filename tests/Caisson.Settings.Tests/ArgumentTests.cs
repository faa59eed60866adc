using System.Net;
using Caisson.Core.Failures;
using Caisson.Settings.Arguments;
using CsCheck;
using Xunit;

namespace Caisson.Settings.Tests;

public sealed class ArgumentTests
{
    [Theory]
    [InlineData("512M", 512L << 20)]
    [InlineData("1G", 1L << 30)]
    [InlineData("64K", 64L << 10)]
    [InlineData("64k", 64L << 10)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("3T", 3L << 40)]
    [InlineData("1073741824", 1L << 30)]
    public void Sizes(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text));

    [Theory]
    [InlineData("60s", 60_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("2d", 172_800_000)]
    [InlineData("500ms", 500)]
    [InlineData("90", 90_000)]
    public void Lengths_of_time(string text, long milliseconds) => Assert.Equal(milliseconds, Durations.Parse(text).TotalMilliseconds);

    [Theory]
    [InlineData("/a/b", "/a/b", "/a/b")]
    [InlineData(".", "/cwd", "/cwd")]
    [InlineData("x/../y/", "/cwd/y", "/cwd/y")]
    [InlineData("/a:/work/", "/a", "/work")]
    [InlineData("a b:/srv//x", "/cwd/a b", "/srv/x")]
    public void Workspaces(string text, string host, string inside) => Assert.Equal(new WorkspaceMount(host, inside), WorkspaceMount.Parse(text, "/cwd"));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1:53")]
    [InlineData("192.0.2.1:5353", "192.0.2.1:5353")]
    [InlineData("2001:db8::1", "[2001:db8::1]:53")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]:53")]
    [InlineData("[2001:db8::1]:5353", "[2001:db8::1]:5353")]
    public void Servers(string text, string expected) => Assert.Equal(expected, DnsEndpoint.Parse(text).ToString());

    [Theory]
    [InlineData("size", "", "0", "0M", "-1", "+1", "1.5G", "M", "1KB", "1 M", "1B", "5iB", "9223372036854775808", "8388608T", "0x10", "١")]
    [InlineData("time", "", "0", "0s", "-1s", "1.5h", "s", "5 m", "1w", "5M", "50d", "99999999999h", "1h30m")]
    [InlineData("workspace", "", ":/x", "/a:b", "/a:", "/a:/", "/a:/x/../y", "/a:/./x", "/a:/b:/c", "a\0b")]
    [InlineData("dns", "", "dns.example", "1.2.3", "1", "1.2.3.4:", "1.2.3.4:0", "1.2.3.4:65536", "1.2.3.4:x", "[1.2.3.4]:53", "[::1", "[::1]53", "fe80::1%eth0", "01.2.3.4", "[::1]:")]
    public void Bad_ones_are_typed_failures(string kind, params string[] texts)
    {
        foreach (var text in texts)
        {
            var failure = Assert.Throws<CaissonException>(() => Parse(kind, text));
            Assert.Equal(ErrorCode.InvalidArgument, failure.Code);
            Assert.NotNull(failure.Remedy);
        }
    }

    [Fact]
    public void Sizes_round_trip() =>
        Gen.Select(Gen.Long[1, long.MaxValue >> 40], Gen.Int[0, 4]).Sample((count, unit) =>
            Assert.Equal(count << (unit * 10), ByteSize.Parse(count + (unit == 0 ? "" : "KMGT"[unit - 1].ToString()))));

    [Fact]
    public void Durations_round_trip() =>
        Gen.Long[1, 4_000_000].Sample(count =>
        {
            Assert.Equal(TimeSpan.FromMilliseconds(count), Durations.Parse(count + "ms"));
            Assert.Equal(TimeSpan.FromSeconds(count), Durations.Parse(count + "s"));
            Assert.Equal(Durations.Parse(count + "s"), Durations.Parse(count.ToString()));
        });

    [Fact]
    public void Servers_round_trip() =>
        Gen.Select(Gen.Byte.Array[16], Gen.Byte.Array[4], Gen.Int[1, 65535]).Sample((six, four, port) =>
        {
            foreach (var bytes in new[] { six, four })
                Assert.Equal(new DnsEndpoint(new IPAddress(bytes), port), DnsEndpoint.Parse(new IPEndPoint(new IPAddress(bytes), port).ToString()));
        });

    [Fact]
    public void Any_text_is_read_or_refused_with_a_type() =>
        Gen.String[Gen.Char["0123456789:[]./KMGTmshd ~\0é"], 0, 12].Sample(text =>
        {
            foreach (var kind in new[] { "size", "time", "workspace", "dns" })
            {
                try
                {
                    Parse(kind, text);
                }
                catch (CaissonException failure)
                {
                    Assert.Equal(ErrorCode.InvalidArgument, failure.Code);
                }
            }
        });

    private static object Parse(string kind, string text) => kind switch
    {
        "size" => ByteSize.Parse(text),
        "time" => Durations.Parse(text),
        "workspace" => WorkspaceMount.Parse(text, "/cwd"),
        _ => DnsEndpoint.Parse(text),
    };
}
