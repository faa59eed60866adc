using System.Net;
using Caisson.Server.Auth;
using Caisson.Server.Hosting;
using Caisson.Server.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Caisson.Server.Tests;

public sealed class AccessTests(ServerUnderTest server) : IClassFixture<ServerUnderTest>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("e2b_000000000000000000000000000000000000000000000000")]
    [InlineData("wrong")]
    public async Task Without_a_good_key_every_route_is_401_before_anything_is_read(string key)
    {
        foreach (var (method, path) in new[] { ("GET", "/v1/sandboxes"), ("POST", "/v1/sandboxes"), ("GET", "/v1/sandboxes/x/files?path=/"), ("GET", "/v1/walls"), ("GET", "/v1/nothing") })
        {
            var (status, body) = await server.SendAsync(method, path, method == "POST" ? "{not json" : null, key);
            Assert.Equal(HttpStatusCode.Unauthorized, status);
            Assert.Equal("unauthenticated", body.GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task A_bearer_token_is_a_key_and_two_keys_are_none()
    {
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("GET", "/v1/sandboxes", null, "", ("Authorization", "Bearer " + server.Key))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync("GET", "/v1/sandboxes", null, server.Key, ("Authorization", "Bearer " + server.Key))).Status);
    }

    [Fact]
    public async Task Another_tenants_sandbox_does_not_exist()
    {
        var id = await server.CreateAsync();
        var bob = await server.Keys.CreateAsync("bob", ["admin"], null, Cancellation);
        foreach (var (method, path, json) in new[]
        {
            ("GET", "", null), ("DELETE", "", null), ("GET", "/timeline", null), ("GET", "/metrics", null), ("GET", "/processes", null), ("GET", "/files?path=/", null),
            ("POST", "/exec", """{"command":"echo"}"""), ("PUT", "/egress", "{}"), ("POST", "/timeout", """{"seconds":0}"""),
        })
            Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(method, $"/v1/sandboxes/{id}{path}", json, bob)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("GET", $"/v1/sandboxes/{id}")).Status);
        Assert.Empty((await server.SendAsync("GET", "/v1/sandboxes", null, bob)).Body.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Scopes_open_what_they_name_and_nothing_else()
    {
        var id = await server.CreateAsync();
        var read = await server.Keys.CreateAsync("alice", ["read"], null, Cancellation);
        var exec = await server.Keys.CreateAsync("alice", ["exec"], null, Cancellation);
        var files = await server.Keys.CreateAsync("alice", ["files"], null, Cancellation);
        var (look, run, list) = (("GET", $"/v1/sandboxes/{id}", (string?)null), ("POST", $"/v1/sandboxes/{id}/exec", """{"command":"echo"}"""), ("GET", $"/v1/sandboxes/{id}/files/list?path=/", (string?)null));
        foreach (var (key, expected) in new[] { (read, (200, 403, 403)), (exec, (403, 200, 403)), (files, (403, 403, 200)) })
            Assert.Equal(expected, (await StatusAsync(look, key), await StatusAsync(run, key), await StatusAsync(list, key)));

        async Task<int> StatusAsync((string Method, string Path, string? Json) call, string key) => (int)(await server.SendAsync(call.Method, call.Path, call.Json, key)).Status;
    }

    [Fact]
    public async Task A_key_is_stored_hashed_and_can_be_revoked()
    {
        var key = await server.Keys.CreateAsync("carol", [], null, Cancellation);
        Assert.Matches("^e2b_[0-9a-f]{48}$", key);
        var record = (await server.Keys.ListAsync(Cancellation)).Single(one => one.Tenant == "carol");
        Assert.Equal(ApiKey.Hash(key), record.Hash);
        Assert.DoesNotContain(key[4..], record.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("GET", "/v1/sandboxes", null, key)).Status);
        await server.Keys.RevokeAsync(record.Id, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync("GET", "/v1/sandboxes", null, key)).Status);
    }

    [Fact]
    public async Task A_key_expires()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var store = new MemoryStore();
        var key = await new KeyRing(store, time).CreateAsync("dave", [], TimeSpan.FromDays(1), Cancellation);
        var authenticator = new ApiKeyAuthenticator(store, time);
        Assert.Equal("dave", (await authenticator.AuthenticateAsync(key, Cancellation))!.Tenant);
        time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await authenticator.AuthenticateAsync(key, Cancellation));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1:80", true)]
    [InlineData("[::1]:80", true)]
    [InlineData("evil.test", false)]
    [InlineData("localhost.evil.test", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("8080-abcdefghij0123456789.localhost", true)]
    [InlineData("8080-short.localhost", false)]
    [InlineData("x.localhost", false)]
    public async Task Only_hosts_that_are_ours_are_answered(string host, bool ours)
    {
        Assert.Equal(ours ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await server.SendAsync("GET", "/health", null, null, ("Host", host))).Status);
    }

    [Fact]
    public async Task Pages_of_another_origin_change_nothing_and_there_is_no_cors()
    {
        var own = server.Url.ToString().TrimEnd('/');
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("POST", "/v1/sandboxes", "{}", null, ("Origin", "http://evil.test"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("POST", "/v1/sandboxes", "{}", null, ("Origin", "null"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("POST", "/v1/sandboxes", "{}", null, ("Sec-Fetch-Site", "cross-site"))).Status);
        Assert.Equal(HttpStatusCode.Created, (await server.SendAsync("POST", "/v1/sandboxes", "{}", null, ("Origin", own))).Status);
        using var message = new HttpRequestMessage(HttpMethod.Get, "/v1/sandboxes") { Headers = { { "Origin", "http://evil.test" } } };
        using var response = await server.Http.SendAsync(message, Cancellation);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Without_a_key_the_server_does_not_open_itself_to_a_network()
    {
        var options = new ServerOptions { Port = 0, Listen = IPAddress.Any, StateDirectory = "/nonexistent" };
        await using var app = ServerHost.Build(options, services => services.AddSingleton<Engine.Sandboxes.ISandboxEngine>(new FakeEngine()).AddSingleton<Engine.Store.IStore>(new MemoryStore()));
        var refusal = await Assert.ThrowsAsync<Core.Failures.CaissonException>(() => ServerHost.StartAsync(app, options, Cancellation));
        Assert.Contains("key create", refusal.Remedy, StringComparison.Ordinal);
    }
}
