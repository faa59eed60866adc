using Caisson.Guest.Control;
using Caisson.Guest.Files;
using Caisson.Guest.Loop;
using Caisson.Guest.Processes;
using Caisson.Guest.Users;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Machine;

/// <summary>The guest as the first program of a virtual machine: it starts the machine and then is the guest that it is behind every wall.</summary>
internal static class MachineProgram
{
    public static int Run()
    {
        const int SetDumpable = 4;
        MachineBoot.Mount();
        LinuxException.Check(Libc.Syscall(Sys.Prctl, SetDumpable, 0), "prctl");
        var kind = MachineKind.Read();
        MachineBoot.SetMemory();
        MachineBoot.LoadModules(kind);
        var group = MachineBoot.MakeGroup();

        using var loop = new EventLoop();
        var settings = new GuestSettings { Group = group.Handle };
        var users = new UserDatabase();
        var processes = new ProcessTable(loop, new Launcher(users, settings));
        var files = new FileCalls(loop, users, settings);
        var lineLoop = new EventLoop();
        ControlDoor? control = null;
        var line = new LineStreams(lineLoop, kind.Vsock ? null : MachineBoot.SerialPort(), fd => loop.Post(() => control!.Take(fd)));
        var machine = new MachineCalls(new MachineRoot(new MachineDisks()), group, line, () => Sudo.SudoDoor.Open(loop, processes, users));
        control = new ControlDoor(loop, processes, files, settings, machine);
        EgressListener.Open(line);
        if (kind.Vsock)
            VsockListener.Open(lineLoop, line.Port);
        else
            line.Port.Start();
        new Thread(lineLoop.Run) { IsBackground = true, Name = "line" }.Start();
        loop.Run();
        return 0;
    }
}
