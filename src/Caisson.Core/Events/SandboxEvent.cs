using System.Text.Json.Serialization;

namespace Caisson.Core.Events;

/// <summary>One entry of a sandbox's timeline.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(LifecycleEvent), "lifecycle")]
[JsonDerivedType(typeof(ExecStarted), "exec.started")]
[JsonDerivedType(typeof(ExecOutput), "exec.output")]
[JsonDerivedType(typeof(ExecEnded), "exec.ended")]
[JsonDerivedType(typeof(EgressDecision), "egress")]
[JsonDerivedType(typeof(LimitReached), "limit")]
[JsonDerivedType(typeof(PolicyChanged), "policy")]
public abstract record SandboxEvent
{
    /// <summary>The entry's number in its timeline, from 1, set by the journal.</summary>
    public long Sequence { get; init; }

    /// <summary>When it happened, UTC, set by the journal.</summary>
    public DateTimeOffset At { get; init; }
}
