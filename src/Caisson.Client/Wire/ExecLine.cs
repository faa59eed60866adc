using System.Text.Json.Serialization;

namespace Caisson.Client.Wire;

[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(StartedLine), "started")]
[JsonDerivedType(typeof(OutputLine), "output")]
[JsonDerivedType(typeof(ExitedLine), "exited")]
internal abstract record ExecLine;
