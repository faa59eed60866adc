using System.Text.Json;
using System.Text.Json.Nodes;
using Caisson.Core.Sandboxes;

namespace Caisson.Store;

/// <summary>A spec as its column holds it.</summary>
internal static class SpecColumn
{
    private static readonly JsonObject _defaults = JsonSerializer.SerializeToNode(new SandboxSpec(), StoreJson.Default.SandboxSpec)!.AsObject();

    public static string Write(SandboxSpec spec) => JsonSerializer.Serialize(spec, StoreJson.Default.SandboxSpec);

    /// <summary>Reads one; what an earlier version did not know gets its default, which the source-generated reader alone would set to null.</summary>
    public static SandboxSpec Read(string json)
    {
        var whole = _defaults.DeepClone().AsObject();
        Lay(JsonNode.Parse(json) as JsonObject ?? throw new JsonException("a spec is an object"), whole);
        return whole.Deserialize(StoreJson.Default.SandboxSpec)!;
    }

    private static void Lay(JsonObject over, JsonObject under)
    {
        foreach (var (name, value) in over)
        {
            if (value is JsonObject child && under[name] is JsonObject known)
                Lay(child, known);
            else
                under[name] = value?.DeepClone();
        }
    }
}
