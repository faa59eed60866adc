using Caisson.Dialects.E2b.Routing;

namespace Caisson.Dialects.E2b.Tests.Routing;

public sealed class SignedUrlTests
{
    [Fact]
    public void The_vector_of_the_protocol_holds()
    {
        var url = new SignedUrl("hello.txt", "read", "user", "", "");
        Assert.Equal("v1_gUtH/s9YCJWgCizjfUxuWfhFE4QSydOWEIIvfLwDr6E", url.Expected("0tQG31xiMp0IOQfaz9dcwi72L1CPo8e0"));
    }

    [Fact]
    public async Task Signed_urls_need_neither_id_nor_token_and_expire()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        await server.CreateAsync();
        using var written = await server.Http.PostAsync(Url("write", null), new ByteArrayContent([1, 2, 3]) { Headers = { { "Content-Type", "application/octet-stream" } } });
        Assert.Equal(200, (int)written.StatusCode);
        Assert.Equal([1, 2, 3], await server.Http.GetByteArrayAsync(Url("read", null)));
        Assert.Equal([1, 2, 3], await server.Http.GetByteArrayAsync(Url("read", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 60)));
        await Refused(Url("read", 1), "signature is already expired");
        await Refused(Url("write", null), "invalid signature");

        string Url(string operation, long? expiration)
        {
            var url = new SignedUrl("/tmp/a b", operation, "user", $"{expiration}", "");
            return $"/files?path=%2Ftmp%2Fa%20b&username=user&signature={Uri.EscapeDataString(url.Expected(sandbox.Info.AccessToken))}" + (expiration is null ? "" : $"&signature_expiration={expiration}");
        }

        async Task Refused(string url, string message) =>
            Assert.Equal(message, (await TestServer.JsonAsync(await server.Http.GetAsync(url), 401)).GetProperty("message").GetString());
    }
}
