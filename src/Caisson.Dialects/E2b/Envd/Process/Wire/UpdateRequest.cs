namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class UpdateRequest
{
    public Selector? Process { get; set; }

    public PtyConfig? Pty { get; set; }
}
