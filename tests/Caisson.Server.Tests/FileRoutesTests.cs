using System.Net;
using System.Security.Cryptography;
using Caisson.Server.Tests.Fakes;
using Xunit;

namespace Caisson.Server.Tests;

public sealed class FileRoutesTests(ServerUnderTest server) : IClassFixture<ServerUnderTest>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_larger_than_any_json_body_goes_in_and_comes_out()
    {
        var id = await server.CreateAsync();
        var bytes = RandomNumberGenerator.GetBytes(40 << 20);
        using var put = new HttpRequestMessage(HttpMethod.Put, $"/v1/sandboxes/{id}/files?path=%2Ftmp%2Fb%C3%A9&mode=755") { Content = new ByteArrayContent(bytes) };
        var (status, body) = await server.SendAsync(put);
        Assert.Equal((HttpStatusCode.OK, "/tmp/bé"), (status, body.GetProperty("path").GetString()));
        Assert.Equal(0x1ED, server.Engine.Fake(id).FakeGuest.FakeFiles.LastOptions!.Mode);
        Assert.Equal(bytes, await server.Http.GetByteArrayAsync($"/v1/sandboxes/{id}/files?path=/tmp/b%C3%A9", Cancellation));
        using var part = await server.Http.GetAsync($"/v1/sandboxes/{id}/files?path=/tmp/b%C3%A9&offset=10&length=5", Cancellation);
        Assert.Equal(bytes[10..15], await part.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("nosniff", part.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task Stat_list_move_directory_and_remove()
    {
        var id = await server.CreateAsync();
        var files = $"/v1/sandboxes/{id}/files";
        using var put = new HttpRequestMessage(HttpMethod.Put, files + "?path=/a/x") { Content = new ByteArrayContent([1]) };
        await server.SendAsync(put);
        Assert.Equal("file", (await server.SendAsync("GET", files + "/stat?path=/a/x")).Body.GetProperty("type").GetString());
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("POST", files + "/move", """{"source":"/a/x","destination":"/a/y"}""")).Status);
        Assert.Equal("/a/y", Assert.Single((await server.SendAsync("GET", files + "/list?path=/a&depth=2")).Body.GetProperty("items").EnumerateArray()).GetProperty("path").GetString());
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("POST", files + "/directory", """{"path":"/d"}""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await server.SendAsync("POST", files + "/directory", """{"path":"/a/y"}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", files + "?path=/a/y")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("GET", files + "?path=/a/y")).Status);
    }
}
