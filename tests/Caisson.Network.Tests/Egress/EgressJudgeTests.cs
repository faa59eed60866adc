using System.Net;
using Caisson.Core.Policy;
using Caisson.Network.Egress;
using CsCheck;
using Xunit;

namespace Caisson.Network.Tests.Egress;

public sealed class EgressJudgeTests
{
    [Theory]
    [InlineData("example.com", "example.com", 443, true)]
    [InlineData("example.com", "www.example.com", 443, false)]
    [InlineData("example.com", "example.com.evil.org", 443, false)]
    [InlineData("*.example.com", "example.com", 443, false)]
    [InlineData("*.example.com", "a.example.com", 443, true)]
    [InlineData("*.example.com", "a.b.example.com", 443, true)]
    [InlineData("*.example.com", "evilexample.com", 443, false)]
    [InlineData("example.com:443", "example.com", 443, true)]
    [InlineData("example.com:443", "example.com", 80, false)]
    [InlineData("*", "anything.org", 25, true)]
    [InlineData("*:443", "anything.org", 25, false)]
    [InlineData("EXAMPLE.com.", "example.com", 443, true)]
    [InlineData("203.0.113.0/24", "example.com", 443, false)]
    public void Allow_rules_match_names(string rule, string name, int port, bool allowed) =>
        Assert.Equal(allowed, EgressJudge.Judge(new() { Allow = [EgressRule.Parse(rule)] }, name, null, port).Allowed);

    [Theory]
    [InlineData("203.0.113.0/24", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7:80", "203.0.113.7", false)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("203.0.113.7", "64:ff9b::203.0.113.7", true)]
    [InlineData("[2001:db8::1]:443", "2001:db8::1", true)]
    [InlineData("example.com", "203.0.113.7", false)]
    public void Allow_rules_match_addresses(string rule, string address, bool allowed) =>
        Assert.Equal(allowed, EgressJudge.Judge(new() { Allow = [EgressRule.Parse(rule)] }, null, IPAddress.Parse(address), 443).Allowed);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Where_both_lists_match_the_order_decides(bool denyFirst, bool allowed)
    {
        var policy = new EgressPolicy { Allow = [EgressRule.Parse("a.example.com")], Deny = [EgressRule.Parse("*.example.com")], DenyFirst = denyFirst };
        Assert.Equal(allowed, EgressJudge.Judge(policy, "a.example.com", null, 443).Allowed);
    }

    [Fact]
    public void A_network_deny_holds_against_the_address_of_a_name()
    {
        var policy = new EgressPolicy { Allow = [EgressRule.Parse("example.com")], Deny = [EgressRule.Parse("203.0.113.0/24")] };
        Assert.False(EgressJudge.Judge(policy, "example.com", IPAddress.Parse("::ffff:203.0.113.1"), 443).Allowed);
        Assert.True(EgressJudge.Judge(policy, "example.com", IPAddress.Parse("198.51.100.1"), 443).Allowed);
    }

    [Fact]
    public void Denying_every_address_denies_names_before_they_are_looked_up()
    {
        var policy = new EgressPolicy
        {
            Allow = [EgressRule.Parse("good.org")],
            Deny = [EgressRule.Parse("0.0.0.0/0")],
            DenyFirst = false,
            Unlisted = EgressVerdict.Allow,
        };
        Assert.False(EgressJudge.MayReach(policy, "evil.org"));
        Assert.True(EgressJudge.MayReach(policy, "good.org"));
        Assert.True(EgressJudge.Judge(policy, "good.org", IPAddress.Parse("203.0.113.1"), 443).Allowed);
    }

    [Theory]
    [InlineData("example.com:8080", "", true)]
    [InlineData("", "example.com:22", false)]
    [InlineData("example.com", "*:22", true)]
    [InlineData("example.com", "example.com", false)]
    public void A_name_may_be_looked_up_if_some_port_is_open(string allow, string deny, bool may)
    {
        var policy = new EgressPolicy
        {
            Allow = allow.Length > 0 ? [EgressRule.Parse(allow)] : [],
            Deny = deny.Length > 0 ? [EgressRule.Parse(deny)] : [],
        };
        Assert.Equal(may, EgressJudge.MayReach(policy, "example.com"));
    }

    [Fact]
    public void Judgement_follows_its_definition()
    {
        var rule = Pick("a.test", "*.a.test", "b.a.test:80", "*", "*:80", "203.0.113.0/24", "203.0.113.1:443", "0.0.0.0/0", "198.51.100.1").Select(EgressRule.Parse);
        var rules = rule.Array[0, 4];
        Gen.Select(rules, rules, Gen.Bool, Gen.Bool, Pick<string?>(null, "a.test", "b.a.test", "xa.test"),
            Pick("203.0.113.1", "198.51.100.1", "::ffff:203.0.113.1"), Pick(80, 443)).Sample((allow, deny, first, open, name, text, port) =>
        {
            var policy = new EgressPolicy { Allow = allow, Deny = deny, DenyFirst = first, Unlisted = open ? EgressVerdict.Allow : EgressVerdict.Deny };
            var address = IPAddress.Parse(text);
            var allowed = allow.Any(r => Matches(r, name, address, port));
            var denied = deny.Any(r => Matches(r, name, address, port));
            var expected = first ? !denied && (allowed || open) : allowed || (!denied && open);
            return EgressJudge.Judge(policy, name, address, port).Allowed == expected;
        });
    }

    [Fact]
    public void A_suffix_matches_exactly_the_names_with_a_label_more()
    {
        var label = Gen.Char["abc-"].Array[1, 5].Select(c => new string(c));
        Gen.Select(label, label, label).Sample((x, y, z) =>
        {
            var rule = EgressRule.Parse($"*.{y}.{z}");
            var policy = new EgressPolicy { Allow = [rule] };
            return EgressJudge.Judge(policy, $"{x}.{y}.{z}", null, 1).Allowed
                && !EgressJudge.Judge(policy, $"{y}.{z}", null, 1).Allowed
                && !EgressJudge.Judge(policy, $"{x}{y}.{z}", null, 1).Allowed;
        });
    }

    [Theory]
    [InlineData("example.com:8080", "example.com", null, 8080)]
    [InlineData("Example.COM.", "example.com", null, 0)]
    [InlineData("[2001:db8::1]:443", null, "2001:db8::1", 443)]
    [InlineData("203.0.113.1", null, "203.0.113.1", 0)]
    public void Authorities_are_read(string text, string? name, string? address, int port) =>
        Assert.Equal(new EgressTarget(name, address is null ? null : IPAddress.Parse(address), port), TargetName.TryReadAuthority(text, out var t) ? t : null);

    [Theory]
    [InlineData("")]
    [InlineData("127.1")]
    [InlineData("0x7f.0x1")]
    [InlineData("2130706433")]
    [InlineData("010.0.0.1")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("a@b")]
    [InlineData("a:b")]
    [InlineData("a:0")]
    [InlineData("a:99999")]
    [InlineData("[::1")]
    [InlineData("[1.2.3.4]")]
    [InlineData("a\0b")]
    [InlineData("exämple.com")]
    public void Ambiguous_authorities_are_refused(string text) => Assert.False(TargetName.TryReadAuthority(text, out _));

    private static Gen<T> Pick<T>(params T[] of) => Gen.Int[0, of.Length - 1].Select(i => of[i]);

    private static bool Matches(EgressRule rule, string? name, IPAddress address, int port)
    {
        if (rule.Port is not null && rule.Port != port)
            return false;
        return rule.Kind switch
        {
            EgressRuleKind.Everything => true,
            EgressRuleKind.Host => name == rule.Name,
            EgressRuleKind.Suffix => name is not null && name.EndsWith("." + rule.Name, StringComparison.Ordinal),
            _ => rule.Network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address),
        };
    }
}
