namespace Caisson.Dialects.SweRex.Wire;

/// <summary>A session was opened, and what its startup files wrote.</summary>
internal sealed record SessionCreated(string Output, string SessionType = "bash");
