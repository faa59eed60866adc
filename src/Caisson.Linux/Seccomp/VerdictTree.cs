namespace Caisson.Linux.Seccomp;

/// <summary>A balanced search for the verdict on the number in the accumulator: few comparisons a call, and a program short enough to install at once.</summary>
internal static class VerdictTree
{
    public static List<BpfInstruction> Build(ReadOnlySpan<Verdict> verdicts)
    {
        if (verdicts.Length == 1)
            return [.. verdicts[0].Fragment];
        var middle = verdicts.Length / 2;
        var below = Build(verdicts[..middle]);
        var above = Build(verdicts[middle..]);
        var first = verdicts[middle].First;
        // A conditional jump has eight bits of distance, an unconditional one thirty-two.
        return below.Count <= byte.MaxValue
            ? [BpfInstruction.IfAtLeast(first, below.Count, 0), .. below, .. above]
            : [BpfInstruction.IfAtLeast(first, 0, 1), BpfInstruction.Skip(below.Count), .. below, .. above];
    }
}
