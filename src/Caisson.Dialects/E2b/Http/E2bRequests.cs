using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Http;

/// <summary>Reads bounded JSON bodies.</summary>
internal static class E2bRequests
{
    /// <summary>The body, or a new <typeparamref name="T"/> where there is none.</summary>
    public static async Task<T> ReadAsync<T>(HttpContext http, int maxBytes, JsonTypeInfo<T> type)
        where T : new()
    {
        var body = await ReadBytesAsync(http, maxBytes);
        if (body.Length == 0)
            return new T();
        if (!string.IsNullOrEmpty(http.Request.ContentType) && !http.Request.HasJsonContentType())
            throw new E2bHttpException(415, "the request body must be application/json");
        if (!Utf8.IsValid(body))
            throw new E2bHttpException(400, "Error when parsing request: the body is not valid UTF-8");
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? new T();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            throw new E2bHttpException(400, "Error when parsing request: " + error.Message, error);
        }
    }

    private static async Task<byte[]> ReadBytesAsync(HttpContext http, int maxBytes)
    {
        if (http.Request.ContentLength > maxBytes)
            throw TooLarge(maxBytes);
        using var buffer = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await http.Request.Body.ReadAsync(chunk, http.RequestAborted)) > 0)
        {
            if (buffer.Length + read > maxBytes)
                throw TooLarge(maxBytes);
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static E2bHttpException TooLarge(int maxBytes) => new(413, $"the request body is larger than the limit of {maxBytes} bytes");
}
