namespace Caisson.Dialects.E2b.Envd.Process.Wire;

/// <summary>The request of CloseStdin.</summary>
internal sealed class SelectRequest
{
    public Selector? Process { get; set; }
}
