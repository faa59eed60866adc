namespace Caisson.Linux.Seccomp;

/// <summary>
/// Which system calls of x86_64 the code in a sandbox may make: an allowlist, compiled to the classic BPF that the kernel and <c>bwrap --seccomp</c> take.
/// </summary>
/// <remarks>
/// A refused call fails with EPERM, and one in neither list with ENOSYS, so that libc falls back as it would on an older kernel. Calls of another
/// architecture kill the process. <c>ptrace</c> is allowed, which is safe from Linux 4.8 on: there the filter is asked after the tracer.
/// </remarks>
public sealed class SeccompProfile
{
    private const uint X64 = 0xC000003E; // AUDIT_ARCH_X86_64

    private SeccompProfile(IReadOnlyList<string> allowed, IReadOnlyList<string> denied)
    {
        Allowed = allowed;
        Denied = denied;
    }

    /// <summary>The profile of every wall that shares the host's kernel.</summary>
    public static SeccompProfile Default { get; } = new(DefaultCalls.Allowed, DefaultCalls.Denied);

    /// <summary>What a trusted program needs besides, to make cells inside its sandbox; cells get <see cref="Closing"/> over it.</summary>
    public static SeccompProfile Nesting { get; } = new([.. DefaultCalls.Allowed, .. NestingCalls.All], [.. DefaultCalls.Denied.Except(NestingCalls.All, StringComparer.Ordinal)]);

    /// <summary>A filter that, laid over <see cref="Nesting"/>, leaves what <see cref="Default"/> leaves.</summary>
    public static byte[] Closing { get; } = NestingCalls.Closing();

    /// <summary>The calls that may be made, some of them (<see cref="Checked"/>) with some arguments only.</summary>
    public IReadOnlyList<string> Allowed { get; }

    /// <summary>The calls that fail with EPERM.</summary>
    public IReadOnlyList<string> Denied { get; }

    /// <summary>The allowed calls whose arguments decide.</summary>
    public IReadOnlyList<string> Checked => [.. Allowed.Where(ArgumentChecks.Fragments.ContainsKey)];

    /// <summary>The filter as an array of <c>struct sock_filter</c>, little endian.</summary>
    public byte[] Compile()
    {
        List<BpfInstruction> program =
        [
            BpfInstruction.Load(SeccompData.Architecture),
            BpfInstruction.IfEqual(X64, 1, 0),
            BpfInstruction.Return(SeccompAction.KillProcess),
            BpfInstruction.Load(SeccompData.Number),
            .. VerdictTree.Build(Verdicts()),
        ];
        return BpfInstruction.Assemble(program);
    }

    // Neighbours of one verdict merge. The last stretch has no end, so it covers x32, whose numbers begin at 0x40000000.
    private Verdict[] Verdicts()
    {
        var known = new Dictionary<uint, IReadOnlyList<BpfInstruction>>();
        foreach (var name in Allowed)
            known.Add(SystemCalls.Numbers[name], ArgumentChecks.Fragments.GetValueOrDefault(name, Verdict.Allowed));
        foreach (var name in Denied)
            known.Add(SystemCalls.Numbers[name], Verdict.NotPermitted);

        var verdicts = new List<Verdict>();
        var end = known.Keys.Max() + 1;
        for (uint number = 0; number <= end; number++)
        {
            var fragment = known.GetValueOrDefault(number, Verdict.NoSuchCall);
            if (verdicts.Count == 0 || !ReferenceEquals(verdicts[^1].Fragment, fragment))
                verdicts.Add(new Verdict(number, fragment));
        }

        return [.. verdicts];
    }
}
