namespace Caisson.Linux.Seccomp;

/// <summary>What happens to the calls numbered from <paramref name="First"/> up to the next verdict: a fragment that always returns.</summary>
internal sealed record Verdict(uint First, IReadOnlyList<BpfInstruction> Fragment)
{
    public static IReadOnlyList<BpfInstruction> Allowed { get; } = [BpfInstruction.Return(SeccompAction.Allow)];

    public static IReadOnlyList<BpfInstruction> NotPermitted { get; } = [BpfInstruction.Return(SeccompAction.NotPermitted)];

    public static IReadOnlyList<BpfInstruction> NoSuchCall { get; } = [BpfInstruction.Return(SeccompAction.NoSuchCall)];
}
