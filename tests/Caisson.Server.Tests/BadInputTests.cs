using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Caisson.Server.Tests.Fakes;
using Xunit;

namespace Caisson.Server.Tests;

public sealed class BadInputTests(ServerUnderTest server) : IClassFixture<ServerUnderTest>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "", "{")]
    [InlineData("POST", "", "[]")]
    [InlineData("POST", "", "null")]
    [InlineData("POST", "", "")]
    [InlineData("POST", "", """{"mounts":[{"source":"/","target":"/host"}]}""")]
    [InlineData("POST", "", """{"template":null}""")]
    [InlineData("POST", "", """{"template":7}""")]
    [InlineData("POST", "", """{"Template":"base"}""")]
    [InlineData("POST", "", """{"template":"a","template":"b"}""")]
    [InlineData("POST", "", """{"timeoutSeconds":"60"}""")]
    [InlineData("POST", "", """{"timeoutSeconds":0}""")]
    [InlineData("POST", "", """{"timeoutSeconds":99999999999}""")]
    [InlineData("POST", "", """{"resources":{"cpus":-1}}""")]
    [InlineData("POST", "", """{"resources":{"memoryBytes":1}}""")]
    [InlineData("POST", "", """{"environment":{"A=B":"x"}}""")]
    [InlineData("POST", "", """{"environment":{"A":"x\u0000"}}""")]
    [InlineData("POST", "", """{"environment":{"A":null}}""")]
    [InlineData("POST", "", """{"metadata":{"":"x"}}""")]
    [InlineData("POST", "", """{"metadata":{"a":"\ud800"}}""")]
    [InlineData("POST", "", """{"egress":{"allow":["http://x"]}}""")]
    [InlineData("POST", "", """{"egress":{"allow":[null]}}""")]
    [InlineData("POST", "", """{"egress":{"unlisted":1}}""")]
    [InlineData("POST", "", """{"egress":{"transforms":[{"host":"a.test","headers":{"X":"a\r\nY: b"}}]}}""")]
    [InlineData("POST", "", """{"egress":{"transforms":[null]}}""")]
    [InlineData("POST", "", """{"ingress":{"httpsPorts":[70000]}}""")]
    [InlineData("POST", "", """{"exec":{}}""")]
    [InlineData("POST", "", """{"exec":{"command":""}}""")]
    [InlineData("POST", "/ID/exec", """{"command":"a\u0000"}""")]
    [InlineData("POST", "/ID/exec", """{"command":"a","arguments":[null]}""")]
    [InlineData("POST", "/ID/exec", """{"command":"a","timeoutSeconds":-1}""")]
    [InlineData("POST", "/ID/exec", """{"command":"a","timeoutSeconds":1e300}""")]
    [InlineData("POST", "/ID/exec", """{"command":"a","terminal":{"columns":0,"rows":1}}""")]
    [InlineData("POST", "/ID/exec", """{"command":"a","cwd":"/\u0000"}""")]
    [InlineData("POST", "/ID/timeout", "{}")]
    [InlineData("POST", "/ID/timeout", """{"seconds":-1}""")]
    [InlineData("PUT", "/ID/egress", """{"proxy":{"host":"a b","port":1}}""")]
    [InlineData("POST", "/ID/processes/0/signal", """{"signal":9}""")]
    [InlineData("POST", "/ID/processes/1/signal", """{"signal":65}""")]
    [InlineData("POST", "/ID/files/move", """{"source":"/a","destination":""}""")]
    [InlineData("POST", "/ID/files/directory", """{"path":"\u0000"}""")]
    [InlineData("GET", "/ID/files?path=%00", null)]
    [InlineData("GET", "/ID/files?path=%FF", null)]
    [InlineData("GET", "/ID/files?path=", null)]
    [InlineData("GET", "/ID/files", null)]
    [InlineData("GET", "/ID/files?path=/a&offset=-1", null)]
    [InlineData("GET", "/ID/files?path=/a&offset=x", null)]
    [InlineData("GET", "/ID/files/list?path=/&depth=0", null)]
    [InlineData("PUT", "/ID/files?path=/a&mode=9", "")]
    [InlineData("GET", "/ID/timeline?after=-1", null)]
    [InlineData("GET", "/ID/timeline?limit=100000", null)]
    [InlineData("GET", "?limit=0", null)]
    [InlineData("GET", "?metadata=x", null)]
    [InlineData("GET", "?state=99", null)]
    [InlineData("GET", "?after=bogus", null)]
    public async Task Bad_input_is_a_typed_400(string method, string path, string? json)
    {
        var id = await server.CreateAsync();
        var (status, body) = await server.SendAsync(method, "/v1/sandboxes" + path.Replace("ID", id, StringComparison.Ordinal), json);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalidArgument", body.GetProperty("code").GetString());
        Assert.Equal("task", body.GetProperty("kind").GetString());
        Assert.DoesNotContain("Caisson.", body.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True(body.TryGetProperty("remedy", out _));
    }

    [Fact]
    public async Task A_refused_field_is_named()
    {
        var (_, body) = await server.SendAsync("POST", "/v1/sandboxes", """{"mounts":[]}""");
        Assert.Contains("'mounts'", body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_deep_json_large_json_and_other_media_types_are_refused()
    {
        Assert.Equal(HttpStatusCode.BadRequest, await RawAsync([.. "{\"template\":\""u8, 0xff, 0xfe, .. "\"}"u8], "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, await RawAsync(Encoding.ASCII.GetBytes(new string('[', 5000)), "application/json"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await RawAsync(new byte[(1 << 20) + 1], "application/json"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await RawAsync("{}"u8.ToArray(), "text/plain"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.SendAsync("PATCH", "/v1/sandboxes", "{}")).Status);

        async Task<HttpStatusCode> RawAsync(byte[] body, string type)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/sandboxes") { Content = new ByteArrayContent(body) { Headers = { ContentType = new(type) } } };
            var (status, problem) = await server.SendAsync(message);
            Assert.Equal(JsonValueKind.String, problem.GetProperty("code").ValueKind);
            return status;
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("..%2f..%2fetc")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA")]
    [InlineData("aaaaaaaaaaaaaaaaaaaa")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("%00")]
    public async Task An_id_that_is_none_is_not_found_and_never_an_error(string id)
    {
        var status = (await server.SendAsync("GET", $"/v1/sandboxes/{id}")).Status;
        Assert.True(status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, status.ToString());
    }

    [Fact]
    public async Task Failures_of_the_engine_are_typed_and_unknown_ones_tell_nothing()
    {
        try
        {
            server.Engine.NextFailure = new Core.Failures.CaissonException(Core.Failures.ErrorCode.Unsupported, "No wall.", "Install one.");
            var (status, body) = await server.SendAsync("POST", "/v1/sandboxes", "{}");
            Assert.Equal((HttpStatusCode.NotImplemented, "unsupported", "infrastructure", "Install one."), (
                status, body.GetProperty("code").GetString(), body.GetProperty("kind").GetString(), body.GetProperty("remedy").GetString()));
            server.Engine.NextFailure = new InvalidOperationException("/secret/path");
            (status, body) = await server.SendAsync("POST", "/v1/sandboxes", "{}");
            Assert.Equal(HttpStatusCode.InternalServerError, status);
            Assert.DoesNotContain("secret", body.GetRawText(), StringComparison.Ordinal);
        }
        finally
        {
            server.Engine.NextFailure = null;
        }
    }

    [Fact]
    public async Task Headers_without_end_and_nonsense_are_refused_by_the_web_server()
    {
        Assert.Contains(" 431 ", await RawAsync($"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Big: {new string('a', 40_000)}\r\n\r\n"), StringComparison.Ordinal);
        Assert.Contains(" 400 ", await RawAsync("GET /health HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.Contains(" 400 ", await RawAsync("\0\u0001 nonsense\r\n\r\n"), StringComparison.Ordinal);
        Assert.Contains(" 401 ", await RawAsync("GET /v1/sandboxes HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: \xff\xfe\r\n\r\n") is var answer && answer.Contains(" 400 ", StringComparison.Ordinal) ? " 401 " : answer, StringComparison.Ordinal);
    }

    private async Task<string> RawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Url.Host, server.Url.Port, Cancellation);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), Cancellation);
        var buffer = new byte[4096];
        var read = await stream.ReadAsync(buffer, Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        return Encoding.Latin1.GetString(buffer, 0, read);
    }
}
