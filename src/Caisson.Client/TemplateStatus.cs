namespace Caisson.Client;

/// <summary>A template of the server's.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Public">Whether other tenants may use it.</param>
/// <param name="CreatedAt">When it was first asked for, UTC.</param>
/// <param name="UpdatedAt">When it last changed, UTC.</param>
/// <param name="Tags">Its tags.</param>
public sealed record TemplateStatus(string Id, string Name, bool Public, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyList<TemplateTagStatus> Tags);
