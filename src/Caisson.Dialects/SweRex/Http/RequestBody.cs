using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.SweRex.Http;

/// <summary>Reads JSON bodies; what is wrong is a 422 that names the field.</summary>
internal static class RequestBody
{
    private const int Deepest = 16;

    /// <summary>The body as a document.</summary>
    public static async Task<JsonDocument> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
            throw new RefusedException(StatusCodes.Status415UnsupportedMediaType, "The body must be application/json.");
        try
        {
            var body = await JsonDocument.ParseAsync(http.Request.Body, new JsonDocumentOptions { MaxDepth = Deepest }, http.RequestAborted);
            if (body.RootElement.ValueKind == JsonValueKind.Object)
                return body;
            body.Dispose();
        }
        catch (JsonException)
        {
            throw RefusedException.Invalid("", "JSON decode error", "json_invalid");
        }

        throw RefusedException.Invalid("", "Input should be an object", "model_attributes_type");
    }

    /// <summary>The body as a record.</summary>
    public static async Task<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
    {
        using var body = await ReadAsync(http);
        return Of(body.RootElement, type);
    }

    /// <summary>A document as a record.</summary>
    public static T Of<T>(JsonElement body, JsonTypeInfo<T> type)
    {
        try
        {
            return body.Deserialize(type)!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            var name = (e as JsonException)?.Path?.Split('.', 2) is [_, var path] ? path : "";
            throw RefusedException.Invalid(name, name.Length > 0 ? "Input is not of the right type" : "A field is missing, or not of the right type", "type_error");
        }
    }

    /// <summary>A text of the body; one with half of a surrogate pair is none.</summary>
    public static string Text(JsonElement text, string name)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw RefusedException.Invalid(name, "Input should be a valid string", "string_unicode");
        }
    }

    /// <summary>Refuses a number of seconds that cannot be waited for.</summary>
    public static TimeSpan? Seconds(double? seconds, string name) => seconds switch
    {
        null => null,
        >= 0 => TimeSpan.FromSeconds(Math.Min(seconds.Value, TimeSpan.FromDays(1).TotalSeconds)),
        _ => throw RefusedException.Invalid(name, "Input should be greater than or equal to 0", "greater_than_equal"),
    };
}
