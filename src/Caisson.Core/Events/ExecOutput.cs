namespace Caisson.Core.Events;

/// <summary>What a process wrote, as text with control characters kept; cut to 4 KiB an entry.</summary>
public sealed record ExecOutput(int Pid, string Stream, string Text) : SandboxEvent;
