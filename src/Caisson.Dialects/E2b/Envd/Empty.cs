namespace Caisson.Dialects.E2b.Envd;

/// <summary>A message without fields.</summary>
internal sealed class Empty
{
    public static Empty Message { get; } = new();
}
