using static Caisson.Linux.Seccomp.BpfInstruction;

namespace Caisson.Linux.Seccomp;

/// <summary>The calls by which namespaces are made, entered and furnished. Namespaces by <c>clone</c> stay refused: <c>unshare</c> does.</summary>
internal static class NestingCalls
{
    public static IReadOnlyList<string> All { get; } = ["mount", "umount2", "mount_setattr", "unshare", "setns"];

    /// <summary>Refuses them and lets everything else through, on every architecture: which ones there may be, the filter below it says.</summary>
    public static byte[] Closing()
    {
        List<BpfInstruction> program = [Load(SeccompData.Number)];
        for (var i = 0; i < All.Count; i++)
            program.Add(IfEqual(SystemCalls.Numbers[All[i]], All.Count - i, 0));
        program.Add(Return(SeccompAction.Allow));
        program.Add(Return(SeccompAction.NotPermitted));
        return Assemble(program);
    }
}
