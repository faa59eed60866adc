namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class StreamInputRequest
{
    public AttachRequest? Start { get; set; }

    public StreamInputData? Data { get; set; }

    public Empty? Keepalive { get; set; }
}
