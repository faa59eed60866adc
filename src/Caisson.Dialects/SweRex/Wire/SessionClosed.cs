namespace Caisson.Dialects.SweRex.Wire;

/// <summary>A session was closed.</summary>
internal sealed record SessionClosed(string SessionType = "bash");
