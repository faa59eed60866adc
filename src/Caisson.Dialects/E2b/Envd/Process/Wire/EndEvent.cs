namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class EndEvent
{
    public int ExitCode { get; set; }

    public bool Exited { get; set; }

    public string? Status { get; set; }

    public string? Error { get; set; }
}
