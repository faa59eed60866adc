using System.Net;
using Caisson.Server.Tests.Fakes;
using Xunit;

namespace Caisson.Server.Tests;

public sealed class VolumeAndSecretRoutesTests(ServerUnderTest server) : IClassFixture<ServerUnderTest>
{
    [Fact]
    public async Task A_volume_is_made_listed_found_by_name_and_removed_by_its_own_tenant_alone()
    {
        var (status, made) = await server.SendAsync("POST", "/v1/volumes", """{"name":"mine","bytes":33554432,"files":100}""");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(["id", "name", "bytes", "files", "createdAt"], made.EnumerateObject().Select(field => field.Name));
        Assert.Equal(HttpStatusCode.Conflict, (await server.SendAsync("POST", "/v1/volumes", """{"name":"mine"}""")).Status);
        Assert.Equal("mine", (await server.SendAsync("GET", "/v1/volumes")).Body.GetProperty("items")[0].GetProperty("name").GetString());
        var other = await server.Keys.CreateAsync("bob", [], null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("GET", "/v1/volumes/mine", key: other)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("DELETE", $"/v1/volumes/{made.GetProperty("id")}", key: other)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", "/v1/volumes/mine")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("GET", "/v1/volumes/mine")).Status);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":"a b"}""")]
    [InlineData("""{"name":"v","bytes":1}""")]
    [InlineData("""{"name":"v","files":0}""")]
    [InlineData("""{"name":"v","token":"x"}""")]
    public async Task A_volume_that_cannot_be_meant_is_refused(string json) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync("POST", "/v1/volumes", json)).Status);

    [Fact]
    public async Task A_secrets_value_never_comes_back_and_its_key_wants_an_administrator()
    {
        var (status, set) = await server.SendAsync("PUT", "/v1/secrets/Token", """{"value":"do-not-tell","metadata":{"team":"red"}}""");
        Assert.Equal((HttpStatusCode.OK, "token", 1), (status, set.GetProperty("name").GetString(), set.GetProperty("version").GetInt32()));
        Assert.Equal(2, (await server.SendAsync("PUT", "/v1/secrets/token", """{"value":"do-not-tell-either"}""")).Body.GetProperty("version").GetInt32());
        foreach (var path in (string[])["/v1/secrets", "/v1/secrets/token"])
            Assert.DoesNotContain("do-not-tell", (await server.SendAsync("GET", path)).Body.GetRawText(), StringComparison.Ordinal);
        var (refused, problem) = await server.SendAsync("PUT", "/v1/secrets/bad%20name", """{"value":"do-not-tell"}""");
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.DoesNotContain("do-not-tell", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("POST", "/v1/secrets/rotate-key")).Status);
        var admin = await server.Keys.CreateAsync("root", ["admin"], null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("POST", "/v1/secrets/rotate-key", key: admin)).Status);
        var other = await server.Keys.CreateAsync("carol", [], null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("GET", "/v1/secrets/token", key: other)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", "/v1/secrets/token")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("DELETE", "/v1/secrets/token")).Status);
    }
}
