namespace Caisson.Dialects.SweRex.Wire;

/// <summary>A session to open.</summary>
// Settable: the JSON source generator gives init-only properties that are left out null in place of their defaults.
internal sealed record CreateSession
{
    public IReadOnlyList<string> StartupSource { get; set; } = [];

    public string Session { get; set; } = "default";

    public string SessionType { get; set; } = "bash";

    /// <summary>Seconds that reading the startup files may take.</summary>
    public double StartupTimeout { get; set; } = 1;
}
