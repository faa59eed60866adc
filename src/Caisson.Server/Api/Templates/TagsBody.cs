namespace Caisson.Server.Api.Templates;

/// <summary>Tags to assign.</summary>
internal sealed record TagsBody(List<string> Tags);
