using System.Text.Json;

namespace Caisson.Dialects.SweRex.Tests.Ground;

/// <summary>What the client would raise: the class by its path, the message, and what comes with it.</summary>
internal sealed class RexException(JsonElement body) : Exception(body.GetProperty("message").GetString())
{
    public string Class => body.GetProperty("class_path").GetString()!;

    public JsonElement Extra => body.GetProperty("extra_info");
}
