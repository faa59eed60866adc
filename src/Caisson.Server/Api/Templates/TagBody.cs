namespace Caisson.Server.Api.Templates;

/// <summary>One tag and the build that it stands for.</summary>
internal sealed record TagBody(string Tag, string Build, DateTimeOffset AssignedAt);
