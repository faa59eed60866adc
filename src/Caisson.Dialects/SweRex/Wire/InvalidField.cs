namespace Caisson.Dialects.SweRex.Wire;

/// <summary>One field of a request that cannot be meant.</summary>
/// <param name="Type">The kind of error.</param>
/// <param name="Loc">Where it is: <c>body</c>, then names.</param>
/// <param name="Msg">What is wrong.</param>
internal sealed record InvalidField(string Type, IReadOnlyList<string> Loc, string Msg);
