namespace Caisson.Interpreter.Zygotes;

/// <summary>A zygote that is there or will be.</summary>
internal sealed class ZygoteEntry
{
    /// <summary>Completes when it is there, or cannot be.</summary>
    public required Task<Zygote> Started { get; init; }

    /// <summary>It, once somebody has seen that it is there.</summary>
    public Zygote? Zygote { get; set; }
}
