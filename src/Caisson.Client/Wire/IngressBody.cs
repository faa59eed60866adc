namespace Caisson.Client.Wire;

internal sealed record IngressBody(bool Public, string? MaskHost, IReadOnlyList<int> HttpsPorts);
