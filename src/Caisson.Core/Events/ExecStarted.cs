namespace Caisson.Core.Events;

/// <summary>A process was started through the control door.</summary>
public sealed record ExecStarted(int Pid, string Command, IReadOnlyList<string> Arguments, string User) : SandboxEvent;
