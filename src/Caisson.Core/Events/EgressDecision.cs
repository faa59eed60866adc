using Caisson.Core.Policy;

namespace Caisson.Core.Events;

/// <summary>A connection from inside was let through or refused by a rule.</summary>
public sealed record EgressDecision(string Host, int Port, string? Address, EgressVerdict Verdict, string Rule, string? Remedy) : SandboxEvent;
