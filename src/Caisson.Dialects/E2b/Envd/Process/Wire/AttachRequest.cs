namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class AttachRequest
{
    public Selector? Process { get; set; }
}
