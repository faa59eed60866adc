namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class ProcessInput
{
    public ReadOnlyMemory<byte>? Stdin { get; set; }

    public ReadOnlyMemory<byte>? Pty { get; set; }
}
