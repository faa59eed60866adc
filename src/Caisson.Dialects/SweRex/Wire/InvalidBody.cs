namespace Caisson.Dialects.SweRex.Wire;

/// <summary>The body of a 422.</summary>
internal sealed record InvalidBody(IReadOnlyList<InvalidField> Detail);
