using System.Text.Json.Serialization;

namespace Caisson.Server.Api.Processes;

/// <summary>One line of a streamed execution: first <c>started</c>, then <c>output</c>, last <c>exited</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(StartedLine), "started")]
[JsonDerivedType(typeof(OutputLine), "output")]
[JsonDerivedType(typeof(ExitedLine), "exited")]
internal abstract record ExecLine;
