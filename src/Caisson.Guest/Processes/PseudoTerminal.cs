using System.Runtime.InteropServices;
using Caisson.Guest.Users;
using Caisson.Linux.Interop;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Processes;

/// <summary>Pseudo terminals of the sandbox's own devpts.</summary>
internal static unsafe partial class PseudoTerminal
{
    private const int Access = Flags.O_RDWR | Flags.O_NOCTTY | Flags.O_CLOEXEC;

    public static (int Master, int Slave) Open(TerminalSize size)
    {
        var master = (int)LinuxException.Check(Libc.Open("/dev/ptmx", Access, 0), "open /dev/ptmx");
        var unlock = 0;
        LinuxException.Check(Libc.Ioctl(master, Flags.TIOCSPTLCK, &unlock), "TIOCSPTLCK");
        var slave = (int)Libc.Syscall(Sys.Ioctl, master, (nint)Flags.TIOCGPTPEER, Access);
        if (slave < 0)
            slave = OpenByNumber(master);
        Resize(master, size);
        return (master, slave);
    }

    public static void Resize(int master, TerminalSize size)
    {
        var window = stackalloc ushort[4] { (ushort)size.Rows, (ushort)size.Columns, 0, 0 };
        LinuxException.Check(Libc.Ioctl(master, Flags.TIOCSWINSZ, window), "TIOCSWINSZ");
    }

    /// <summary>Whether the kernel knows whom a change of size concerns, and tells them.</summary>
    public static bool TellsOfSize(int master)
    {
        var group = 0;
        return Libc.Ioctl(master, Flags.TIOCGPGRP, &group) == 0;
    }

    /// <summary>Makes a user the owner; fails silently where the guest may not.</summary>
    public static void Give(int slave, UserAccount user) => _ = ChangeOwner(slave, user.Uid, user.Gid);

    // For kernels that do not know how to open the other end by itself.
    private static int OpenByNumber(int master)
    {
        const uint GetNumber = 0x80045430;
        var number = 0;
        LinuxException.Check(Libc.Ioctl(master, GetNumber, &number), "TIOCGPTN");
        var path = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/dev/pts/{number}");
        return (int)LinuxException.Check(Libc.Open(path, Access, 0), path);
    }

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(int fd, uint uid, uint gid);
}
