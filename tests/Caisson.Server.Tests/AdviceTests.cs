using System.Net;
using System.Text.Json;
using Caisson.Server.Tests.Fakes;
using Xunit;

namespace Caisson.Server.Tests;

public sealed class AdviceTests(ServerUnderTest server) : IClassFixture<ServerUnderTest>
{
    [Fact]
    public async Task The_spec_of_an_advice_is_a_body_that_creates_a_sandbox()
    {
        var (status, advice) = await server.SendAsync("POST", "/v1/advise", """{"hosts":["example.com"]}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("good", advice.GetProperty("wall").GetString());
        var created = await server.SendAsync("POST", "/v1/sandboxes", JsonSerializer.Serialize(advice.GetProperty("spec")));
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Contains("""cannot start here (probe: No such device.)""", advice.GetProperty("ruledOut").EnumerateArray().First(wall => wall.GetProperty("name").GetString() == "bad").GetProperty("because")[0].GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_wall_is_an_answer_with_reasons()
    {
        var (status, advice) = await server.SendAsync("POST", "/v1/advise", """{"tenancy":"multi","needs":["docker"]}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(JsonValueKind.Null, advice.GetProperty("wall").ValueKind);
        Assert.Equal(JsonValueKind.Null, advice.GetProperty("spec").ValueKind);
        var rules = advice.GetProperty("ruledOut").EnumerateArray().First(wall => wall.GetProperty("name").GetString() == "good").GetProperty("because").EnumerateArray().Select(hit => hit.GetProperty("rule").GetString());
        Assert.Equal(["need-unmet", "shared-kernel-tenants"], rules);
    }

    [Theory]
    [InlineData("""{"trust":"nobody"}""")]
    [InlineData("""{"wall":"good"}""")]
    [InlineData("""{"parallel":0}""")]
    [InlineData("""{"hosts":["http://x/"]}""")]
    [InlineData("""{"hosts":[null]}""")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task A_workload_that_cannot_be_meant_is_a_bad_request(string json)
    {
        var (status, body) = await server.SendAsync("POST", "/v1/advise", json);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalidArgument", body.GetProperty("code").GetString());
    }
}
