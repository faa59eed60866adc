namespace Caisson.Dialects.SweRex.Wire;

/// <summary>The body of a 511: an exception that the client raises.</summary>
internal sealed record RaisedBody(RaisedException Swerexception);
