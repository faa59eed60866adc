using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.CodeInterpreter.Wire;

/// <summary>Code to run.</summary>
internal sealed class ExecuteRequest
{
    public string? Code { get; set; }

    [JsonPropertyName("context_id")]
    public string? ContextId { get; set; }

    public string? Language { get; set; }

    [JsonPropertyName("env_vars")]
    public Dictionary<string, string>? EnvVars { get; set; }
}
