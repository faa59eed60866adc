namespace Caisson.Client.Wire;

internal sealed record CreatedBody(SandboxDescription Sandbox, string? TrafficToken);
