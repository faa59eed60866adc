namespace Caisson.Dialects.SweRex.Wire;

/// <summary>An empty answer.</summary>
internal sealed record Nothing;
