using System.Text;
using Caisson.Linux.Interop;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Machine;

/// <summary>What must not be the same in two machines that began as one: the time, the random numbers, the names.</summary>
internal static unsafe class MachineIdentity
{
    private const string MachineId = "/etc/machine-id";

    /// <summary>Sets the wall clock.</summary>
    public static void SetClock(long unixNanoseconds)
    {
        const int ClockSetTime = 227;
        var time = stackalloc long[2];
        (time[0], time[1]) = (unixNanoseconds / 1_000_000_000, unixNanoseconds % 1_000_000_000);
        LinuxException.Check(Libc.Syscall(ClockSetTime, 0, (nint)time), "clock_settime");
    }

    /// <summary>Makes the kernel's random numbers those of this machine alone, before any program runs.</summary>
    public static void Reseed(ReadOnlySpan<byte> entropy)
    {
        const nuint AddEntropy = 0x40085203;
        const nuint ReseedNow = 0x5207;
        var fd = (int)LinuxException.Check(Libc.Open("/dev/urandom", Flags.O_RDWR | Flags.O_CLOEXEC, 0), "/dev/urandom");
        // struct rand_pool_info: bits, bytes, the bytes.
        var pool = new byte[8 + entropy.Length];
        BitConverter.TryWriteBytes(pool, entropy.Length * 8);
        BitConverter.TryWriteBytes(pool.AsSpan(4), entropy.Length);
        entropy.CopyTo(pool.AsSpan(8));
        try
        {
            fixed (byte* start = pool)
                LinuxException.Check(Libc.Ioctl(fd, AddEntropy, start), "RNDADDENTROPY");
            LinuxException.Check(Libc.Ioctl(fd, ReseedNow, null), "RNDRESEEDCRNG");
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>Makes room on the disk for the id that programs know the machine by: to find some takes far longer than to write there.</summary>
    public static void Reserve() => File.WriteAllText(MachineId, new string('0', 32) + "\n");

    /// <summary>Gives it its first names. The kernel draws the boot id when it is first read, and nobody has read it.</summary>
    public static void SetNames(MachineSelf self)
    {
        SetHostName(self.HostName);
        PlainWrite.Over(MachineId, Encoding.ASCII.GetBytes(self.MachineId + "\n"));
    }

    /// <summary>Gives it other names; its programs may have changed those it had.</summary>
    public static void ChangeNames(MachineSelf self)
    {
        SetHostName(self.HostName);
        File.WriteAllText(MachineId, self.MachineId + "\n");
    }

    private static void SetHostName(string host)
    {
        const int Number = 170;
        var name = Encoding.UTF8.GetBytes(host);
        fixed (byte* start = name)
            LinuxException.Check(Libc.Syscall(Number, (nint)start, name.Length), "sethostname");
    }
}
