namespace Caisson.Dialects.E2b.Envd.Process.Wire;

/// <summary>One message of a Start or Connect stream.</summary>
internal sealed class EventFrame
{
    public static EventFrame Ping { get; } = new() { Event = new ProcessEvent { Keepalive = Empty.Message } };

    public ProcessEvent? Event { get; set; }
}
