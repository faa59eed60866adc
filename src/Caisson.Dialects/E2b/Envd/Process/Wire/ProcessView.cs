namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class ProcessView
{
    public ProcessConfig? Config { get; set; }

    public int Pid { get; set; }

    public string? Tag { get; set; }
}
