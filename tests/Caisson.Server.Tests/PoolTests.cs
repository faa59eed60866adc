using System.Net;
using Caisson.Core.Failures;
using Caisson.Server.Commands;
using Caisson.Server.Tests.Fakes;
using Xunit;

namespace Caisson.Server.Tests;

public sealed class PoolTests(ServerUnderTest server) : IClassFixture<ServerUnderTest>
{
    [Fact]
    public async Task Pools_are_told_to_administrators_alone()
    {
        var (status, _) = await server.SendAsync("GET", "/v1/pools");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        var admin = await server.Keys.CreateAsync("root", ["admin"], null, TestContext.Current.CancellationToken);
        var (ok, body) = await server.SendAsync("GET", "/v1/pools", key: admin);
        Assert.Equal(HttpStatusCode.OK, ok);
        var pool = Assert.Single(body.GetProperty("items").EnumerateArray());
        Assert.Equal(("base", 3, 4), (pool.GetProperty("template").GetString(), pool.GetProperty("ready").GetInt32(), pool.GetProperty("target").GetInt32()));
    }

    [Fact]
    public void The_command_line_names_bounds()
    {
        var options = PoolArguments.Read(20, ["base=4", "code-interpreter-v1=1..3"]);
        Assert.Equal(20, options.Max);
        Assert.Equal([("base", 4, null), ("code-interpreter-v1", 1, (int?)3)], options.Bounds.Select(one => (one.Template, one.Min, one.Max)));
    }

    [Theory]
    [InlineData("base")]
    [InlineData("=4")]
    [InlineData("base=")]
    [InlineData("base=-1")]
    [InlineData("base=4..2")]
    [InlineData("base=1..2..3")]
    [InlineData("base=21")]
    [InlineData("base=99999999999")]
    public void Bounds_that_cannot_be_meant_are_refused(string text) =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<CaissonException>(() => PoolArguments.Read(20, [text])).Code);
}
