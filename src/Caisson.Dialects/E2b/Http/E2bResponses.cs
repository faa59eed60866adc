using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Http;

/// <summary>Writes JSON bodies with a known length.</summary>
internal static class E2bResponses
{
    public static async Task WriteAsync<T>(HttpContext http, int status, T body, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    public static Task WriteErrorAsync(HttpContext http, int status, string message) =>
        WriteAsync(http, status, new E2bError(status, message), E2bJson.Default.E2bError);
}
