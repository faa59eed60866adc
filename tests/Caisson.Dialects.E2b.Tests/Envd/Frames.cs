using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Caisson.Dialects.E2b.Tests.Fakes;

namespace Caisson.Dialects.E2b.Tests.Envd;

/// <summary>Speaks Connect by hand.</summary>
internal static class Frames
{
    public static HttpRequestMessage Request(FakeSandbox sandbox, string procedure, string json)
    {
        var body = new byte[5 + Encoding.UTF8.GetByteCount(json)];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), body.Length - 5);
        Encoding.UTF8.GetBytes(json, body.AsSpan(5));
        return TestServer.Data(sandbox, HttpMethod.Post, procedure, new ByteArrayContent(body) { Headers = { { "Content-Type", "application/connect+json" } } });
    }

    public static async Task<(int Flags, JsonElement Json)> ReadAsync(Stream stream)
    {
        var header = new byte[5];
        await stream.ReadExactlyAsync(header);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        await stream.ReadExactlyAsync(body);
        return (header[0], JsonDocument.Parse(body).RootElement);
    }

    public static async Task<List<JsonElement>> AllAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/connect+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(200, (int)response.StatusCode);
        var stream = await response.Content.ReadAsStreamAsync();
        var frames = new List<JsonElement>();
        while (true)
        {
            var (flags, json) = await ReadAsync(stream);
            frames.Add(json);
            if (flags == 2)
                return frames;
        }
    }
}
