namespace Caisson.Dialects.E2b.ControlPlane.Wire;

/// <summary>How many forks, and how long they live in seconds.</summary>
internal sealed class ForkBody
{
    public int? Count { get; set; }

    public int? Timeout { get; set; }
}
