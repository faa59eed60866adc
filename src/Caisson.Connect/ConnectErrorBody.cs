using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Caisson.Connect;

/// <summary>The error object of unary responses and end-of-stream frames.</summary>
public static class ConnectErrorBody
{
    /// <summary>Answers a unary call with an error.</summary>
    public static async Task WriteAsync(HttpContext http, ConnectException failure)
    {
        http.Response.StatusCode = failure.Code.HttpStatus();
        http.Response.ContentType = ConnectHeaders.UnaryJson;
        await using (var json = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(json, failure);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    internal static void Write(Utf8JsonWriter json, ConnectException failure)
    {
        json.WriteStartObject();
        json.WriteString("code", failure.Code.Name());
        json.WriteString("message", failure.Message);
        json.WriteEndObject();
    }
}
