namespace Caisson.Dialects.E2b.Envd.Process.Wire;

/// <summary>Exactly one member is set.</summary>
internal sealed class DataEvent
{
    public ReadOnlyMemory<byte>? Stdout { get; set; }

    public ReadOnlyMemory<byte>? Stderr { get; set; }

    public ReadOnlyMemory<byte>? Pty { get; set; }
}
