using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Dialects.SandboxFusion.Judge;
using Caisson.Dialects.SandboxFusion.Jupyter;
using Caisson.Dialects.SandboxFusion.Running;

namespace Caisson.Dialects.SandboxFusion.Http;

/// <summary>The JSON of the protocol.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunCodeResponse))]
[JsonSerializable(typeof(NotebookResponse))]
[JsonSerializable(typeof(IReadOnlyList<NotebookCell>), TypeInfoPropertyName = "NotebookCells")]
[JsonSerializable(typeof(EvalResult))]
[JsonSerializable(typeof(IReadOnlyList<Prompt>), TypeInfoPropertyName = "Prompts")]
[JsonSerializable(typeof(Prompt))]
[JsonSerializable(typeof(MetricsFunction))]
[JsonSerializable(typeof(IReadOnlyList<JsonElement>), TypeInfoPropertyName = "Ids")]
[JsonSerializable(typeof(IReadOnlyList<string>), TypeInfoPropertyName = "Texts")]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>), TypeInfoPropertyName = "TextMap")]
[JsonSerializable(typeof(ValidationDetail))]
[JsonSerializable(typeof(FailureDetail))]
[JsonSerializable(typeof(string))]
internal sealed partial class FusionJson : JsonSerializerContext;
