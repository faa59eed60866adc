namespace Caisson.Engine.Templates;

/// <summary>One tag of a template.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="BuildId">The build that it stands for.</param>
/// <param name="AssignedAt">Since when, UTC.</param>
public sealed record TemplateTag(string Tag, string BuildId, DateTimeOffset AssignedAt);
