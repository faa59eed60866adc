using System.Text.Json.Serialization;

namespace Caisson.Server.Api.Rollouts;

/// <summary>One line of a rollout's stream: first <c>rollout</c>, then <c>result</c> as they come, last <c>end</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RolloutBeganLine), "rollout")]
[JsonDerivedType(typeof(RolloutResultLine), "result")]
[JsonDerivedType(typeof(RolloutEndedLine), "end")]
internal abstract record RolloutLine;
