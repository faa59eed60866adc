namespace Caisson.Client.Wire;

internal sealed record BuildTemplateBody(
    string Name, string Dockerfile, string? Files, IReadOnlyDictionary<string, string> Arguments, string? StartCommand, string? ReadyCommand, bool Force, EgressBody Egress, int? StepTimeoutSeconds);
