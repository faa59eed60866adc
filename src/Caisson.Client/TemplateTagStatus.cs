namespace Caisson.Client;

/// <summary>One tag of a template and the build that it stands for.</summary>
public sealed record TemplateTagStatus(string Tag, string Build, DateTimeOffset AssignedAt);
