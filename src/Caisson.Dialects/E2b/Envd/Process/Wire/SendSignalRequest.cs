namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class SendSignalRequest
{
    public Selector? Process { get; set; }

    public ProcessSignal Signal { get; set; }
}
