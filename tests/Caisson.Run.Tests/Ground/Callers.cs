namespace Caisson.Run.Tests.Ground;

/// <summary>Every test of a rule holds for root and for an ordinary user.</summary>
public sealed class Callers : TheoryData<Caller>
{
    public Callers() => AddRange(Caller.Root, Caller.User);
}
