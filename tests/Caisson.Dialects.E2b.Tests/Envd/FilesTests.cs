using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Caisson.Dialects.E2b.Tests.Fakes;

namespace Caisson.Dialects.E2b.Tests.Envd;

public sealed class FilesTests
{
    [Fact]
    public async Task Files_go_up_and_down_with_ranges_and_metadata()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        using var upload = TestServer.Data(sandbox, HttpMethod.Post, "/files?path=/a.txt", Octets("0123456789"u8.ToArray()));
        upload.Headers.Add("X-Metadata-Owner", "me");
        Assert.Equal((200, """[{"name":"a.txt","path":"/a.txt","type":"file","metadata":{"owner":"me"}}]"""), await server.SendAsync(upload));
        Assert.Equal((200, "0123456789"), await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/files?path=/a.txt")));
        Assert.Equal((206, "234"), await server.SendAsync(Ranged("bytes=2-4")));
        Assert.Equal((206, "89"), await server.SendAsync(Ranged("bytes=-2")));
        Assert.Equal(416, (await server.SendAsync(Ranged("bytes=20-"))).Status);
        Assert.Equal((404, """{"code":404,"message":"path '/none' does not exist"}"""), await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/files?path=/none")));
        Assert.Equal((400, """{"code":400,"message":"path '/home/user' is a directory"}"""), await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/files?path=/home/user")));
        Assert.Equal(400, (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/files?path=a%00b"))).Status);

        HttpRequestMessage Ranged(string range)
        {
            var request = TestServer.Data(sandbox, HttpMethod.Get, "/files?path=/a.txt");
            request.Headers.Range = RangeHeaderValue.Parse(range);
            return request;
        }
    }

    [Fact]
    public async Task Parts_are_written_one_by_one_and_a_path_once()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        using var form = new MultipartFormDataContent { { Octets([1]), "file", "/x/1" }, { Octets([2]), "file", "/x/2" } };
        var (status, body) = await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/files", form));
        Assert.True(status == 200, body);
        Assert.Equal(["/x/1", "/x/2"], JsonDocument.Parse(body).RootElement.EnumerateArray().Select(file => file.GetProperty("path").GetString()!));
        using var twice = new MultipartFormDataContent { { Octets([1]), "file", "/x/1" }, { Octets([2]), "file", "/x/1" } };
        Assert.Equal(400, (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/files", twice))).Status);
        Assert.Equal(400, (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/files?path=/x", new StringContent("{}")))).Status);
    }

    [Theory]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"/a\"\r\n\r\nno end")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"/a\"\r\n\r\nwhole\r\n--x\r\n")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nfield\r\n--x--\r\n")]
    [InlineData("--x--\r\n")]
    [InlineData("")]
    public async Task Forms_without_a_file_or_an_end_are_refused(string form)
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(form)) { Headers = { { "Content-Type", "multipart/form-data; boundary=x" } } };
        Assert.Equal(400, (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/files", content))).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(-4)]
    public async Task Compressed_uploads_that_break_off_are_refused(int end)
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        using var zipped = new MemoryStream();
        await using (var zip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            await zip.WriteAsync(RandomNumberGenerator.GetBytes(1000), TestContext.Current.CancellationToken);
        var all = zipped.ToArray();
        using var content = Octets(all[..(end > 0 ? end : all.Length + end)]);
        content.Headers.Add("Content-Encoding", "gzip");
        Assert.Equal(end == 0 ? 200 : 400, (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/files?path=/z", content))).Status);
    }

    [Fact]
    public async Task A_gibibyte_goes_through_in_flat_memory()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var content = new StreamContent(new ZeroStream(1L << 30), 1 << 20) { Headers = { { "Content-Type", "application/octet-stream" } } };
        Assert.Equal(200, (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/files?path=/big", content))).Status);
        using var response = await server.Http.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/files?path=/big"), HttpCompletionOption.ResponseHeadersRead);
        var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[1 << 20];
        long total = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
            total += read;
        Assert.Equal(1L << 30, total);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 64 << 20);
    }

    [Fact]
    public async Task Tokens_are_asked_for_and_internal_routes_are_closed()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        Assert.Equal(401, (await server.SendAsync(Bare("/envs"))).Status);
        Assert.Equal((401, """{"code":401,"message":"missing signature query parameter"}"""), await server.SendAsync(Bare("/files?path=/x")));
        Assert.Equal((401, """{"code":401,"message":"missing signature query parameter"}"""), await server.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/files?path=/x")));
        Assert.Equal(401, (await server.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/files?path=/x"))).Status);
        Assert.Equal(204, (await server.SendAsync(Bare("/health"))).Status);
        Assert.Equal(404, (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/init"))).Status);
        Assert.Contains("E2B_SANDBOX_ID", (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/envs"))).Body);
        Assert.Contains("\"mem_total_mib\":1024", (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/metrics"))).Body);
        Assert.Equal((200, "control plane"), await server.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health")));

        HttpRequestMessage Bare(string path)
        {
            var request = TestServer.Data(sandbox, HttpMethod.Get, path);
            request.Headers.Remove("X-Access-Token");
            return request;
        }
    }

    [Fact]
    public async Task The_filesystem_service_speaks_in_entries()
    {
        await using var server = await TestServer.StartAsync();
        var sandbox = await server.CreateAsync();
        Assert.Equal(200, (await CallAsync("MakeDir", """{"path":"/d"}""")).Status);
        Assert.Equal(409, (await CallAsync("MakeDir", """{"path":"/d"}""")).Status);
        var (status, body) = await CallAsync("Stat", """{"path":"/d"}""");
        Assert.Equal(200, status);
        var entry = JsonDocument.Parse(body).RootElement.GetProperty("entry");
        Assert.Equal(("FILE_TYPE_DIRECTORY", "4096", "drwxr-xr-x"), (entry.GetProperty("type").GetString(), entry.GetProperty("size").GetString(), entry.GetProperty("permissions").GetString()));
        Assert.Equal(404, (await CallAsync("Stat", """{"path":"/none"}""")).Status);
        Assert.Equal(400, (await CallAsync("Stat", """{"path":"a\u0000"}""")).Status);
        using var latin = new ByteArrayContent([.. "{\"path\":\"/d\",\""u8, 0xff, .. "\":1}"u8]) { Headers = { { "Content-Type", "application/json" } } };
        Assert.Equal(400, (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/filesystem.Filesystem/Stat", latin))).Status);
        var watcher = JsonDocument.Parse((await CallAsync("CreateWatcher", """{"path":"/d","include_entry":true}""")).Body).RootElement.GetProperty("watcherId").GetString();
        await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/files?path=/d/f", Octets([1])));
        await Task.Delay(100);
        Assert.Contains("EVENT_TYPE_WRITE", (await CallAsync("GetWatcherEvents", $$"""{"watcher_id":"{{watcher}}"}""")).Body);
        Assert.Equal((200, "{}"), await CallAsync("RemoveWatcher", $$"""{"watcherId":"{{watcher}}"}"""));
        Assert.Equal(404, (await CallAsync("RemoveWatcher", $$"""{"watcherId":"{{watcher}}"}""")).Status);

        Task<(int Status, string Body)> CallAsync(string method, string json) =>
            server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/filesystem.Filesystem/" + method, new StringContent(json, Encoding.UTF8, "application/json")));
    }

    private static ByteArrayContent Octets(byte[] data) => new(data) { Headers = { { "Content-Type", "application/octet-stream" } } };
}
