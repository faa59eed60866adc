namespace Caisson.Client.Wire;

internal sealed record TransformBody(string Host, IReadOnlyDictionary<string, string> Headers);
