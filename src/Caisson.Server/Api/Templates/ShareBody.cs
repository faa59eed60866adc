namespace Caisson.Server.Api.Templates;

/// <summary>Whether other tenants may start sandboxes from a template.</summary>
internal sealed record ShareBody(bool Public);
