using System.Text.Json;

namespace Caisson.Dialects.SandboxFusion.Http;

/// <summary>One entry of a 422.</summary>
/// <param name="Type">The kind of error.</param>
/// <param name="Loc">Where it is: <c>body</c>, then names and numbers.</param>
/// <param name="Msg">What is wrong.</param>
internal sealed record FieldError(string Type, IReadOnlyList<JsonElement> Loc, string Msg);
