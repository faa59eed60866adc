using System.Net;
using Caisson.Core.Policy;
using Caisson.Network.Dns;
using CsCheck;
using Xunit;

namespace Caisson.Network.Tests.Dns;

public sealed class DnsTests
{
    private static readonly EgressPolicy _policy = EgressPolicy.None;

    [Fact]
    public void A_denied_name_gets_an_address_of_ours_and_nobody_is_asked()
    {
        var names = new NameMap(16);
        Assert.True(Responder(names).TryAnswer(DnsAnswer.Ask(7, "Evil.Example", 1), out var reply));
        Assert.Equal(0x8180, (reply![2] << 8) | reply[3]);
        Assert.Equal(names.AddressOf("evil.example"), new IPAddress(reply.AsSpan()[^4..]));
        Assert.True(NameMap.Covers(names.AddressOf("evil.example")));
    }

    [Theory]
    [InlineData(28)]
    [InlineData(16)]
    [InlineData(65)]
    public void Other_types_get_an_empty_answer(ushort type)
    {
        Assert.True(Responder(new(16)).TryAnswer(DnsAnswer.Ask(7, "evil.example", type), out var reply));
        Assert.Equal(0, reply![3] & 15);
        Assert.Equal(0, reply[7]);
    }

    [Theory]
    [InlineData("ev il.example")]
    [InlineData("ev\u0001.example")]
    [InlineData("a/b")]
    public void Names_that_are_no_host_names_are_malformed(string name)
    {
        Assert.True(Responder(new(16)).TryAnswer(DnsAnswer.Ask(7, name, 1), out var reply));
        Assert.Equal(1, reply![3] & 15);
    }

    [Fact]
    public void An_allowed_name_is_asked_of_the_outside()
    {
        var responder = new DnsResponder(new(16), () => new() { Allow = [EgressRule.Parse("ok.example:443")] }, () => throw new InvalidOperationException());
        Assert.False(responder.TryAnswer(DnsAnswer.Ask(7, "ok.example", 1), out _));
    }

    [Fact]
    public void Random_bytes_never_throw() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            Responder(new(16)).TryAnswer(bytes, out _);
            var question = DnsAnswer.Ask(1, "a.example", 1);
            DnsAnswer.TryRead(question, bytes);
            DnsAnswer.TryRead(question, [0, 1, 0x81, 0x80, 0, 1, 0, 3, 0, 0, 0, 0, .. question.AsSpan(12), .. bytes]);
        });

    [Fact]
    public void The_map_is_stable_bounded_and_slow_to_reuse()
    {
        var names = new NameMap(3);
        var first = names.AddressOf("a");
        names.AddressOf("b");
        names.AddressOf("c");
        Assert.Equal(first, names.AddressOf("a"));
        names.AddressOf("d");
        Assert.Equal(first, names.AddressOf("a"));
        for (var i = 0; i < 1000; i++)
            names.AddressOf("n" + i);
        Assert.False(names.TryGetName(first, out _));
        Assert.NotEqual(first, names.AddressOf("a"));
    }

    [Fact]
    public void Only_records_of_the_alias_chain_count()
    {
        var question = DnsAnswer.Ask(1, "a.example", 1);
        byte[] message =
        [
            0, 1, 0x81, 0x80, 0, 1, 0, 3, 0, 0, 0, 0, .. question.AsSpan(12),
            0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 3, 1, (byte)'b', 0,
            1, (byte)'b', 0, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 203, 0, 113, 1,
            1, (byte)'z', 0, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 203, 0, 113, 2,
        ];
        Assert.Equal([IPAddress.Parse("203.0.113.1")], DnsAnswer.TryRead(question, message)!.Addresses);
        message[1] = 2;
        Assert.Null(DnsAnswer.TryRead(question, message));
    }

    private static DnsResponder Responder(NameMap names) => new(names, () => _policy, () => throw new InvalidOperationException());
}
