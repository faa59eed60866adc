namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class StartEvent
{
    public int Pid { get; set; }
}
