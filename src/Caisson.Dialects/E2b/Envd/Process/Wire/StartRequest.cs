namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class StartRequest
{
    public ProcessConfig? Process { get; set; }

    public PtyConfig? Pty { get; set; }

    public string? Tag { get; set; }

    public bool? Stdin { get; set; }
}
