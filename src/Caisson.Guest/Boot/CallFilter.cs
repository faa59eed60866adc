using Caisson.Linux.Interop;

namespace Caisson.Guest.Boot;

/// <summary>Installs the wall's system call filter where the wall's program cannot.</summary>
internal static unsafe class CallFilter
{
    private const int InstructionSize = 8;

    /// <summary>Puts every thread of this process, and so every program it will start, behind the filter.</summary>
    public static void Install(ReadOnlySpan<byte> filter)
    {
        const int SetNoNewPrivileges = 38;
        const int Seccomp = 317;
        const int SetModeFilter = 1;
        const int AllThreads = 1;
        LinuxException.Check(Libc.Syscall(Sys.Prctl, SetNoNewPrivileges, 1), "no_new_privs");
        fixed (byte* instructions = filter)
        {
            // struct sock_fprog
            var program = stackalloc long[2];
            (program[0], program[1]) = (filter.Length / InstructionSize, (long)instructions);
            LinuxException.Check(Libc.Syscall(Seccomp, SetModeFilter, AllThreads, (nint)program), "seccomp");
        }
    }
}
