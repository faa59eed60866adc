namespace Caisson.Core.Events;

/// <summary>The egress policy was replaced.</summary>
public sealed record PolicyChanged(string Summary) : SandboxEvent;
