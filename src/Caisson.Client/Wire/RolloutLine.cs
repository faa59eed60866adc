using System.Text.Json.Serialization;

namespace Caisson.Client.Wire;

[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RolloutBeganLine), "rollout")]
[JsonDerivedType(typeof(RolloutResultLine), "result")]
[JsonDerivedType(typeof(RolloutEndedLine), "end")]
internal abstract record RolloutLine;
