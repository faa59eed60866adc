using Caisson.Linux.Interop;

namespace Caisson.Guest.Machine;

/// <summary>What programs inside cannot have: the same rights are taken from root here as behind walls that share the host's kernel.</summary>
internal static class MachineRights
{
    private const int Capabilities = 41;
    // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP (to take away), SYS_CHROOT, SETFCAP
    private static readonly int[] _kept = [0, 1, 3, 4, 5, 6, 7, 8, 18, 31];

    /// <summary>Binds whatever this thread starts from now on.</summary>
    public static void Drop()
    {
        for (var capability = 0; capability < Capabilities; capability++)
        {
            if (!_kept.Contains(capability))
                LinuxException.Check(Libc.Syscall(Sys.Prctl, Flags.PR_CAPBSET_DROP, capability), "prctl");
        }

        LinuxException.Check(Libc.Syscall(Sys.Prctl, Flags.PR_SET_NO_NEW_PRIVS, 1), "prctl");
    }
}
