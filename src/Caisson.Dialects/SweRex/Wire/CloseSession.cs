namespace Caisson.Dialects.SweRex.Wire;

/// <summary>A session to close.</summary>
internal sealed record CloseSession
{
    public string Session { get; set; } = "default";

    public string SessionType { get; set; } = "bash";
}
