namespace Caisson.Dialects.E2b.Envd.Process.Wire;

internal sealed class PtySize
{
    public uint? Cols { get; set; }

    public uint? Rows { get; set; }
}
