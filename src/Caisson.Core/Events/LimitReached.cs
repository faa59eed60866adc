namespace Caisson.Core.Events;

/// <summary>A limit of the sandbox was reached.</summary>
public sealed record LimitReached(string Resource, string Detail) : SandboxEvent;
