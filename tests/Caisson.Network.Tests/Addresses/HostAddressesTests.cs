using System.Net;
using Caisson.Network.Addresses;
using Caisson.Network.Tests.Namespaced;
using Xunit;

namespace Caisson.Network.Tests.Addresses;

public sealed class HostAddressesTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("::1")]
    public void The_loopback_is_ours(string address) => Assert.True(HostAddresses.Contains(IPAddress.Parse(address)));

    [Fact]
    public void An_address_is_ours_from_the_moment_it_is_added()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can add an address");
        const string Added = "203.0.113.249";
        Assert.False(HostAddresses.Contains(IPAddress.Parse(Added)));
        TestNamespace.Run("ip", "addr", "add", $"{Added}/32", "dev", "lo");
        try
        {
            Assert.True(HostAddresses.Contains(IPAddress.Parse(Added)));
        }
        finally
        {
            TestNamespace.Run("ip", "addr", "del", $"{Added}/32", "dev", "lo");
        }
    }
}
