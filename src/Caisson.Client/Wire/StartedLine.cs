namespace Caisson.Client.Wire;

internal sealed record StartedLine(int Pid) : ExecLine;
