namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class StreamInputData
{
    public ProcessInput? Input { get; set; }
}
