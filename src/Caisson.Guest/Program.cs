using System.Globalization;
using Caisson.Guest.Boot;
using Caisson.Guest.Control;
using Caisson.Guest.Files;
using Caisson.Guest.Loop;
using Caisson.Guest.Machine;
using Caisson.Guest.Processes;
using Caisson.Guest.Sudo;
using Caisson.Guest.Users;
using Caisson.Linux.Interop;
using Caisson.Linux.Sockets;

namespace Caisson.Guest;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        // A kernel gives its first program no arguments.
        if (Environment.ProcessId == 1 && arguments is [])
            return MachineProgram.Run();
        if (arguments is not ["--control" or "--port", var number, ..])
            return SudoClient.Run(arguments);

        // Root inside has our uid and all our rights: not being dumpable keeps it from tracing us and from our descriptors.
        const int SetDumpable = 4;
        LinuxException.Check(Libc.Syscall(Sys.Prctl, SetDumpable, 0), "prctl");
        var boot = arguments.Contains("--boot", StringComparer.Ordinal) ? StandardInput.Take() : null;
        if (boot is { Filter.IsEmpty: false })
            CallFilter.Install(boot.Filter.Span);
        using var loop = new EventLoop();
        var configuration = new GuestSettings();
        var users = new UserDatabase();
        var processes = new ProcessTable(loop, new Launcher(users, configuration));
        var files = new FileCalls(loop, users, configuration);
        var control = new ControlDoor(loop, processes, files, configuration);
        var lasting = arguments.Contains("--listen", StringComparer.Ordinal);
        if (arguments[0] == "--port")
            control.Listen(ushort.Parse(number, CultureInfo.InvariantCulture), boot!.Password, lasting);
        else
            control.Open(number.StartsWith('/') ? Listen(number) : int.Parse(number, CultureInfo.InvariantCulture), lasting);
        if (arguments.Contains("--sudo", StringComparer.Ordinal))
            SudoDoor.Open(loop, processes, users);
        loop.Run();
        return 0;
    }

    // Where nothing can be inherited, the door is a socket in a directory that the host shares until the root is in place.
    private static int Listen(string path)
    {
        var socket = UnixSockets.Listen(Path.GetDirectoryName(path)!, Path.GetFileName(path));
        var fd = (int)socket.DangerousGetHandle();
        socket.SetHandleAsInvalid();
        return fd;
    }
}
