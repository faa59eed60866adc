namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class PtyConfig
{
    public PtySize? Size { get; set; }
}
