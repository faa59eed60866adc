using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed record BuildStatusView(
    [property: JsonPropertyName("templateID")] string TemplateId,
    [property: JsonPropertyName("buildID")] string BuildId,
    string Status,
    IReadOnlyList<BuildLogLine> LogEntries,
    IReadOnlyList<string> Logs,
    BuildReason? Reason);
