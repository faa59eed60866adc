namespace Caisson.Dialects.SweRex.Wire;

/// <summary>The body of a refusal.</summary>
internal sealed record RefusedBody(string Detail);
