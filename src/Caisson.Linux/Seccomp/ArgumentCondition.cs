namespace Caisson.Linux.Seccomp;

/// <summary>That an argument, or the bits of it under a mask, has a value.</summary>
/// <param name="Argument">Its place, from 0.</param>
/// <param name="Value">The value.</param>
/// <param name="Mask">The bits that are looked at; all 64 where the whole counts.</param>
internal sealed record ArgumentCondition(int Argument, ulong Value, ulong Mask)
{
    /// <summary>Whether only some bits count.</summary>
    public bool IsMasked => Mask != ulong.MaxValue;

    /// <summary>Whether it must have another value instead.</summary>
    public bool Differs { get; init; }
}
