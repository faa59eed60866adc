namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class ListProcessesResponse
{
    public List<ProcessView> Processes { get; set; } = [];
}
