using Caisson.Dialects.E2b.Http;
using Caisson.Dialects.E2b.Routing;

namespace Caisson.Dialects.E2b.Tests.Routing;

public sealed class AddressReaderTests
{
    [Theory]
    [InlineData("8000-abc123.localhost", 8000, "abc123")]
    [InlineData("49983-abc-xyz.example.com", 49983, "abc")]
    public void Host_names_name_ports(string host, int port, string id) => Assert.Equal(new SandboxAddress(id, port), AddressReader.FromHost(host));

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("api.example.com")]
    [InlineData("a-b.example.com")]
    [InlineData("example.my-host.com")]
    public void Other_names_are_not_ours(string host) => Assert.Null(AddressReader.FromHost(host));

    [Theory]
    [InlineData("0-abc.x", "Invalid sandbox port")]
    [InlineData("99999-abc.x", "Invalid sandbox port")]
    [InlineData("80-ABC.x", "Invalid sandbox ID")]
    public void Bad_names_are_told(string host, string message) =>
        Assert.Equal(message, Assert.Throws<E2bHttpException>(() => AddressReader.FromHost(host)).Message);
}
