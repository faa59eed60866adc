using System.IO.Compression;
using System.Net;
using System.Text;
using Caisson.Dialects.SweRex.Tests.Ground;

namespace Caisson.Dialects.SweRex.Tests;

/// <summary>Files as text, and uploads.</summary>
public sealed class FileTests(SharedServer server)
{
    [Fact]
    public async Task Text_is_written_and_read()
    {
        var client = server.NewClient();
        await client.WriteAsync("/made/for/it/file.txt", "one\r\ntwo\rthree é 😀\n");
        Assert.Equal("one\ntwo\nthree é 😀\n", await client.ReadAsync("/made/for/it/file.txt"));
        Assert.Equal("one\\r\\n", (await client.ExecuteAsync("head -1 /made/for/it/file.txt | sed -z 's/\\r/\\\\r/;s/\\n/\\\\n/'", shell: true)).Out);
        await client.WriteAsync("relative", "r");
        Assert.Equal("r", await client.ReadAsync("/root/relative"));
        var large = new string('x', 1 << 20);
        await client.WriteAsync("/tmp/large", large);
        Assert.Equal(large, await client.ReadAsync("/tmp/large"));
    }

    [Fact]
    public async Task Failures_are_those_of_the_clients_language()
    {
        var client = server.NewClient();
        Assert.Equal("[Errno 2] No such file or directory: 'non_existent.txt'", (await RexClient.RaisesAsync("builtins.FileNotFoundError", client.ReadAsync("non_existent.txt"))).Message);
        await RexClient.RaisesAsync("builtins.IsADirectoryError", client.ReadAsync("/tmp"));
        await RexClient.RaisesAsync("builtins.IsADirectoryError", client.WriteAsync("/tmp", "x"));
        await RexClient.RaisesAsync("builtins.OSError", client.ReadAsync("/dev/zero"));
        await RexClient.RaisesAsync("builtins.OSError", client.ReadAsync("/tmp/a\0b"));
        await client.ExecuteAsync(["truncate", "-s", "17M", "/tmp/huge"]);
        Assert.Equal("[Errno 27] File too large: '/tmp/huge'", (await RexClient.RaisesAsync("builtins.OSError", client.ReadAsync("/tmp/huge"))).Message);
    }

    [Fact]
    public async Task Encodings_and_ways_with_errors_are_by_name()
    {
        var client = server.NewClient();
        await client.ExecuteAsync("printf 'a\\377b' > /tmp/bytes; printf '\\377\\376h\\000i\\000' > /tmp/wide", shell: true);
        await RexClient.RaisesAsync("builtins.UnicodeDecodeError", client.ReadAsync("/tmp/bytes"));
        await RexClient.RaisesAsync("builtins.UnicodeDecodeError", client.ReadAsync("/tmp/bytes", "ascii", "strict"));
        Assert.Equal("aÿb", await client.ReadAsync("/tmp/bytes", "latin-1"));
        Assert.Equal("ab", await client.ReadAsync("/tmp/bytes", errors: "ignore"));
        Assert.Equal("a\ufffdb", await client.ReadAsync("/tmp/bytes", "utf8", "replace"));
        Assert.Equal("a\\xffb", await client.ReadAsync("/tmp/bytes", errors: "backslashreplace"));
        Assert.Equal("hi", await client.ReadAsync("/tmp/wide", "utf-16"));
        await RexClient.RaisesAsync("builtins.LookupError", client.ReadAsync("/tmp/bytes", "klingon"));
        await RexClient.RaisesAsync("builtins.LookupError", client.ReadAsync("/tmp/bytes", errors: "shrug"));
    }

    [Fact]
    public async Task A_file_is_uploaded()
    {
        var client = server.NewClient();
        var bytes = new byte[3 << 20];
        Random.Shared.NextBytes(bytes);
        var (status, body) = await client.UploadAsync(bytes, "/new/dir/target.bin", "false", "source.bin");
        Assert.Equal((HttpStatusCode.OK, "{}"), (status, body.ToString()));
        Assert.StartsWith(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), (await client.ExecuteAsync(["sha256sum", "/new/dir/target.bin"])).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_uploaded_as_an_archive()
    {
        var client = server.NewClient();
        var (status, _) = await client.UploadAsync(Zip(("file1.txt", "test1"), ("sub/", ""), ("empty/", ""), ("sub/file2.txt", "test2"), ("a b/é", "u")), "/root/target", "true");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("test1", "test2", "u"), (await client.ReadAsync("/root/target/file1.txt"), await client.ReadAsync("/root/target/sub/file2.txt"), await client.ReadAsync("/root/target/a b/é")));
        Assert.Equal(0, (await client.ExecuteAsync(["test", "-d", "/root/target/empty"])).Code);
        Assert.Equal(HttpStatusCode.OK, (await client.UploadAsync(Zip(("file1.txt", "again")), "/root/target", "true")).Status);
        Assert.Equal("again", await client.ReadAsync("/root/target/file1.txt"));
        Assert.Equal(HttpStatusCode.OK, (await client.UploadAsync(Zip(), "/root/nothing", "true")).Status);
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("a/../../out")]
    [InlineData("/etc/out")]
    [InlineData("..\\out")]
    public async Task An_archive_that_leaves_its_directory_is_refused_whole(string name)
    {
        var client = server.NewClient("uploads");
        var (status, body) = await client.UploadAsync(Zip(("good", "x"), (name, "y")), "/root/whole", "true");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("leaves its directory", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(0, (await client.ExecuteAsync(["ls", "/root/whole"])).Code);
        Assert.Equal("", (await client.ExecuteAsync("find / -name out -newer /proc/1/comm -not -path '/proc/*' 2>/dev/null", shell: true)).Out);
    }

    [Fact]
    public async Task Bad_uploads_are_refused_with_a_reason()
    {
        var client = server.NewClient("uploads");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.UploadAsync("x"u8.ToArray(), null, "false")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.UploadAsync("x"u8.ToArray(), "/tmp/x", "perhaps")).Status);
        var (status, body) = await client.UploadAsync("no zip"u8.ToArray(), "/tmp/x", "true");
        Assert.Equal((HttpStatusCode.NetworkAuthenticationRequired, "zipfile.BadZipFile"), (status, body.GetProperty("swerexception").GetProperty("class_path").GetString()));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await client.PostTextAsync("upload", "{}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.SendAsync(HttpMethod.Post, "upload", Malformed())).Status);
        var cut = Zip(("a", new string('a', 10_000)));
        Assert.Equal(HttpStatusCode.NetworkAuthenticationRequired, (await client.UploadAsync(cut[..^30], "/tmp/x", "true")).Status);
        Assert.Equal(HttpStatusCode.NetworkAuthenticationRequired, (await client.UploadAsync("x"u8.ToArray(), "/tmp", "false")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.UploadAsync("x"u8.ToArray(), "/tmp/no-flag", null)).Status);
    }

    private static StringContent Malformed()
    {
        var content = new StringContent("not parts at all");
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=xyz");
        return content;
    }

    private static byte[] Zip(params (string Name, string Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return bytes.ToArray();
    }
}
