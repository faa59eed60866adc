using System.Runtime.InteropServices;
using Caisson.Guest.Users;
using Caisson.Linux.Interop;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Processes;

/// <summary>Pseudo terminals of the sandbox's own devpts.</summary>
internal static unsafe partial class PseudoTerminal
{
    public static (int Master, int Slave) Open(TerminalSize size)
    {
        var master = (int)LinuxException.Check(Libc.Open("/dev/ptmx", Flags.O_RDWR | Flags.O_NOCTTY | Flags.O_CLOEXEC, 0), "open /dev/ptmx");
        var unlock = 0;
        LinuxException.Check(Libc.Ioctl(master, Flags.TIOCSPTLCK, &unlock), "TIOCSPTLCK");
        var slave = (int)LinuxException.Check(
            Libc.Syscall(Sys.Ioctl, master, (nint)Flags.TIOCGPTPEER, Flags.O_RDWR | Flags.O_NOCTTY | Flags.O_CLOEXEC), "TIOCGPTPEER");
        Resize(master, size);
        return (master, slave);
    }

    public static void Resize(int master, TerminalSize size)
    {
        var window = stackalloc ushort[4] { (ushort)size.Rows, (ushort)size.Columns, 0, 0 };
        LinuxException.Check(Libc.Ioctl(master, Flags.TIOCSWINSZ, window), "TIOCSWINSZ");
    }

    /// <summary>Makes a user the owner; fails silently where the guest may not.</summary>
    public static void Give(int slave, UserAccount user) => _ = ChangeOwner(slave, user.Uid, user.Gid);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(int fd, uint uid, uint gid);
}
