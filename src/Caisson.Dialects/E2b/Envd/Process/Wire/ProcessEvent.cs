namespace Caisson.Dialects.E2b.Envd.Process.Wire;

/// <summary>Exactly one member is set.</summary>
internal sealed class ProcessEvent
{
    public StartEvent? Start { get; set; }

    public DataEvent? Data { get; set; }

    public EndEvent? End { get; set; }

    public Empty? Keepalive { get; set; }
}
