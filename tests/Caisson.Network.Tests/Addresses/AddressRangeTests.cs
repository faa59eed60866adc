using System.Net;
using Caisson.Core.Policy;
using Caisson.Network.Addresses;
using Xunit;

namespace Caisson.Network.Tests.Addresses;

public sealed class AddressRangeTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("203.0.113.9")]
    [InlineData("198.51.100.1")]
    [InlineData("192.0.2.1")]
    [InlineData("2606:4700::1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("2002:808:808::1")]
    public void Public_addresses_are_public(string text) =>
        Assert.Equal(AddressKind.Public, AddressRange.Classify(IPAddress.Parse(text)));

    [Theory]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::10.0.0.1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:a00:1::1")]
    [InlineData("2001::1")]
    public void Special_addresses_are_special(string text) =>
        Assert.Equal(AddressKind.Special, AddressRange.Classify(IPAddress.Parse(text)));

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("192.0.0.192")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::")]
    public void Metadata_is_refused_whatever_the_policy_says(string text)
    {
        var policy = new EgressPolicy { Allow = [EgressRule.Parse("*"), EgressRule.Parse(text.Contains(':') ? $"{text}/128" : text), EgressRule.Parse("169.254.0.0/16")] };
        Assert.Equal("cloud-metadata", AddressGuard.Refuse(policy, IPAddress.Parse(text), 80));
    }

    [Theory]
    [InlineData("10.1.2.3", "10.0.0.0/8", true)]
    [InlineData("::ffff:10.1.2.3", "10.0.0.0/8", true)]
    [InlineData("10.1.2.3", "0.0.0.0/0", false)]
    [InlineData("10.1.2.3", "*", false)]
    [InlineData("10.1.2.3", "10.1.2.3:443", false)]
    [InlineData("127.0.0.1", "127.0.0.1:80", true)]
    [InlineData("64:ff9b::10.1.2.3", "64:ff9b::/96", false)]
    public void A_rule_that_names_the_network_opens_it(string address, string rule, bool opened)
    {
        Assert.Equal(opened, AddressGuard.Refuse(new EgressPolicy { Allow = [EgressRule.Parse(rule)] }, IPAddress.Parse(address), 80) is null);
    }
}
