namespace Caisson.Core.Events;

/// <summary>The sandbox went from one state to another.</summary>
public sealed record LifecycleEvent(string State, string Reason) : SandboxEvent;
