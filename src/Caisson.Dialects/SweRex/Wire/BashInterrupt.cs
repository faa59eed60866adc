namespace Caisson.Dialects.SweRex.Wire;

/// <summary>Ctrl-C for a session.</summary>
internal sealed record BashInterrupt
{
    public string Session { get; set; } = "default";

    /// <summary>Seconds that each attempt waits.</summary>
    public double Timeout { get; set; } = 0.2;

    public int NRetry { get; set; } = 3;

    public IReadOnlyList<string> Expect { get; set; } = [];
}
