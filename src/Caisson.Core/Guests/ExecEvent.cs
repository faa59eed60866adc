namespace Caisson.Core.Guests;

/// <summary>What happened to an execution.</summary>
public abstract record ExecEvent;
