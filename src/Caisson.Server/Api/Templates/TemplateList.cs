namespace Caisson.Server.Api.Templates;

/// <summary>The caller's templates, oldest first.</summary>
internal sealed record TemplateList(IReadOnlyList<TemplateBody> Items);
