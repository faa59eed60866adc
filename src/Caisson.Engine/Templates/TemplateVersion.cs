namespace Caisson.Engine.Templates;

/// <summary>A template and the build of it that a reference stands for.</summary>
public sealed record TemplateVersion(TemplateInfo Template, TemplateBuild Build);
