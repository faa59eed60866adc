namespace Caisson.Wasm.Worker.Modules;

/// <summary>What all instances together, and each alone, may use.</summary>
/// <param name="Instances">Instances alive at once.</param>
/// <param name="MemoryBytes">Linear memory of one instance, in bytes.</param>
internal sealed record RuntimeLimits(int Instances, long MemoryBytes)
{
    /// <summary>The most that 32-bit code can address.</summary>
    public const long MostMemory = 4L << 30;

    /// <summary>Elements of a table; CPython's has about 12,000.</summary>
    public const int TableElements = 200_000;

    /// <summary>Bytes of stack, of code and of the runtime's calls from it.</summary>
    public const int StackBytes = 1 << 20;
}
