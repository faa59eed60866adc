namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class SendInputRequest
{
    public Selector? Process { get; set; }

    public ProcessInput? Input { get; set; }
}
