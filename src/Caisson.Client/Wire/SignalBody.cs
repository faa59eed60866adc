namespace Caisson.Client.Wire;

internal sealed record SignalBody(int Signal, bool Group);
