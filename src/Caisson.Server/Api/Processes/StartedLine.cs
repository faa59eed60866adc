namespace Caisson.Server.Api.Processes;

/// <summary>The program runs, or was found again.</summary>
/// <param name="Pid">Its pid inside.</param>
internal sealed record StartedLine(int Pid) : ExecLine;
