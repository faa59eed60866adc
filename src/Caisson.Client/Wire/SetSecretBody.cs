namespace Caisson.Client.Wire;

internal sealed record SetSecretBody(string Value, IReadOnlyDictionary<string, string>? Metadata);
