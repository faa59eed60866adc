namespace Caisson.Client.Wire;

internal sealed record ForkBody(CreatedBody? Sandbox, string? Error);
