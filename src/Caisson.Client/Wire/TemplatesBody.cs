namespace Caisson.Client.Wire;

internal sealed record TemplatesBody(IReadOnlyList<TemplateStatus> Items);
