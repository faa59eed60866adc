using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed record SnapshotView([property: JsonPropertyName("snapshotID")] string SnapshotId, IReadOnlyList<string> Names);
