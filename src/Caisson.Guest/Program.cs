using System.Globalization;
using Caisson.Guest.Control;
using Caisson.Guest.Files;
using Caisson.Guest.Loop;
using Caisson.Guest.Processes;
using Caisson.Guest.Sudo;
using Caisson.Guest.Users;
using Caisson.Linux.Interop;

namespace Caisson.Guest;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is not ["--control", var descriptor, ..])
            return SudoClient.Run(arguments);

        // Root inside has our uid and all our rights: not being dumpable keeps it from tracing us and from our descriptors.
        const int SetDumpable = 4;
        LinuxException.Check(Libc.Syscall(Sys.Prctl, SetDumpable, 0), "prctl");
        using var loop = new EventLoop();
        var configuration = new GuestSettings();
        var users = new UserDatabase();
        var processes = new ProcessTable(loop, new Launcher(users, configuration));
        var files = new FileCalls(loop, users, configuration);
        var control = new ControlDoor(loop, processes, files, configuration);
        var fd = int.Parse(descriptor, CultureInfo.InvariantCulture);
        control.Open(fd, listening: arguments.Contains("--listen", StringComparer.Ordinal));
        if (arguments.Contains("--sudo", StringComparer.Ordinal))
            SudoDoor.Open(loop, processes, users);
        loop.Run();
        return 0;
    }
}
