namespace Caisson.Client.Wire;

internal sealed record TimeoutBody(int Seconds);
