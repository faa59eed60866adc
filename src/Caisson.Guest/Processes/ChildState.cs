using Caisson.Guest.Users;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;

namespace Caisson.Guest.Processes;

/// <summary>Steps that make a forked child fit to run a program for somebody.</summary>
internal static unsafe class ChildState
{
    private const int Capabilities = 41;
    private const int SetPcap = 8;
    private const int NetAdmin = 12;
    private static readonly int[] _signals = [1, 2, 3, 13, 15, 17, 20, 21, 22];

    /// <summary>Gives signals their default meaning.</summary>
    public static void ResetSignals(ForkScript script)
    {
        // struct sigaction of the kernel: handler, flags, restorer, mask; all zero is SIG_DFL.
        var action = (nint)script.Memory.Allocate(32);
        foreach (var signal in _signals)
            script.Add("rt_sigaction", Sys.RtSigaction, signal, action, 0, 8);
    }

    /// <summary>Sets resource limits; pids and memory only where no cgroup bounds them.</summary>
    public static void Limit(ForkScript script, int pids, long memory)
    {
        Set(script, Flags.RLIMIT_CORE, 0);
        if (pids > 0)
            Set(script, Flags.RLIMIT_NPROC, pids);
        if (memory > 0)
            Set(script, Flags.RLIMIT_DATA, memory);
    }

    /// <summary>Makes the process a likelier victim than the guest when memory runs out: with process 1 the whole sandbox would go.</summary>
    public static void PreferAsVictim(ForkScript script)
    {
        var file = script.AddOptional("open oom_score_adj", Sys.Open, (nint)script.Memory.Copy("/proc/self/oom_score_adj"), Flags.O_WRONLY | Flags.O_CLOEXEC);
        script.AddOptional("write oom_score_adj", Sys.Write, ForkScript.Result(file), (nint)script.Memory.Copy("500"u8), 3);
    }

    /// <summary>Becomes a user: groups, ids, and a capability bounding set without what only the guest needs (root) or with nothing in it.</summary>
    public static void Become(ForkScript script, UserAccount user)
    {
        var bounding = ProcessCapabilities.Bounding();
        for (var capability = 0; capability < Capabilities; capability++)
        {
            // The right to drop is dropped last.
            if (capability != SetPcap && (user.Uid != 0 || capability == NetAdmin) && (bounding & (1ul << capability)) != 0)
                script.AddOptional("prctl", Sys.Prctl, Flags.PR_CAPBSET_DROP, capability);
        }

        script.AddOptional("prctl", Sys.Prctl, Flags.PR_CAPBSET_DROP, SetPcap);
        const int ClearAmbient = 47;
        const int All = 4;
        // A kernel that refuses it has no ambient set.
        script.AddOptional("prctl", Sys.Prctl, ClearAmbient, All);
        // Nothing stays inheritable: a program run by another user would otherwise still be shown to have it.
        script.AddCapabilities(ProcessCapabilities.Permitted() & ~((1ul << SetPcap) | (1ul << NetAdmin)));
        var groups = user.Groups.Prepend(user.Gid).Distinct().ToArray();
        fixed (uint* start = groups)
        {
            var copy = script.Memory.Copy(new ReadOnlySpan<byte>(start, groups.Length * sizeof(uint)));
            script.Add("setgroups", Sys.SetGroups, groups.Length, (nint)copy);
        }

        script.Add("setresgid", Sys.SetResGid, (nint)user.Gid, (nint)user.Gid, (nint)user.Gid);
        script.Add("setresuid", Sys.SetResUid, (nint)user.Uid, (nint)user.Uid, (nint)user.Uid);
    }

    private static void Set(ForkScript script, int resource, long limit)
    {
        var pair = (long*)script.Memory.Allocate(16);
        (pair[0], pair[1]) = (limit, limit);
        script.Add("prlimit", Sys.Prlimit, 0, resource, (nint)pair, 0);
    }
}
