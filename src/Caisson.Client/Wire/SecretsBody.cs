namespace Caisson.Client.Wire;

internal sealed record SecretsBody(IReadOnlyList<SecretDescription> Items);
