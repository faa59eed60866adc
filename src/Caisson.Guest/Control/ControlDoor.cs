using System.Runtime.InteropServices;
using Caisson.Core.Failures;
using Caisson.Guest.Files;
using Caisson.Guest.Loop;
using Caisson.Guest.Machine;
using Caisson.Guest.Processes;
using Caisson.Linux.Interop;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Control;

/// <summary>Where hosts connect: an inherited listening socket (any number of hosts, one after another or at once) or one connected stream.</summary>
internal sealed partial class ControlDoor(EventLoop loop, ProcessTable processes, FileCalls files, GuestSettings settings, MachineCalls? machine = null)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private MemorySupervisor? _supervisor;

    public void Open(int fd, bool listening)
    {
        if (!listening)
        {
            // Whoever started us is gone and nobody else can come: the sandbox ends with it.
            var only = new Connection(loop, fd, Dispatch);
            only.Closed = static () => Environment.Exit(0);
            return;
        }

        loop.Watch(fd, EventLoop.Readable, ready =>
        {
            const int CloseOnExec = 0x80000;
            var accepted = Accept4(fd, 0, 0, CloseOnExec);
            if (accepted >= 0)
                _ = new Connection(loop, accepted, Dispatch);
        });
    }

    /// <summary>Listens on a loopback port for hosts that know the password, where no descriptor could be inherited.</summary>
    /// <param name="port">The port.</param>
    /// <param name="password">What they say first.</param>
    /// <param name="lasting">Whether hosts come and go; otherwise the sandbox ends with the first one, or when none comes.</param>
    public void Listen(ushort port, ReadOnlyMemory<byte> password, bool lasting)
    {
        var alone = lasting ? null : loop.After(_patience, static () => Environment.Exit(0));
        new PasswordDoor(loop, password, fd =>
        {
            alone?.Cancel();
            var connection = new Connection(loop, fd, Dispatch);
            if (!lasting)
                connection.Closed = static () => Environment.Exit(0);
        }).Open(port);
    }

    /// <summary>Serves a host that is connected already.</summary>
    public void Take(int fd) => _ = new Connection(loop, fd, Dispatch);

    private void Dispatch(GuestStream stream, Call call)
    {
        try
        {
            if (!files.TryHandle(stream, call) && machine?.TryHandle(stream, call) != true)
                HandleProcess(stream, call);
        }
        catch (GuestFault fault)
        {
            stream.Fail(fault.Code, fault.Message);
        }
        catch (Exception e) when (e is LinuxException or IOException or UnauthorizedAccessException)
        {
            stream.Fail(ErrorCode.Internal, e.Message);
        }
    }

    private void HandleProcess(GuestStream stream, Call call)
    {
        switch (call.KindCase)
        {
            case Call.KindOneofCase.Configure:
                settings.Apply(call.Configure);
                if (settings.MemoryBytes > 0)
                    (_supervisor ??= new MemorySupervisor(loop, settings, processes)).Start();
                stream.End();
                break;
            case Call.KindOneofCase.Start:
                processes.Start(stream, call.Start);
                break;
            case Call.KindOneofCase.Attach:
                processes.Attach(stream, call.Attach);
                break;
            case Call.KindOneofCase.List:
                stream.End(new Reply { Processes = processes.List() });
                break;
            case Call.KindOneofCase.Input:
                processes.Find(call.Input.Process).Input.Write(call.Input.Data.Memory, stream);
                break;
            case Call.KindOneofCase.CloseInput:
                processes.Find(call.CloseInput.Process).Input.Close();
                stream.End();
                break;
            case Call.KindOneofCase.Signal:
                processes.Find(call.Signal.Process).Signal(call.Signal.Signal, call.Signal.Group);
                stream.End();
                break;
            case Call.KindOneofCase.Resize:
                processes.Find(call.Resize.Process).Resize(call.Resize.Size);
                stream.End();
                break;
            case Call.KindOneofCase.Statistics:
                var disk = DiskUse.Read("/");
                disk.Processes = ProcessTree.Count();
                stream.End(new Reply { Disk = disk });
                break;
            default:
                stream.Fail(ErrorCode.Unsupported, "this guest does not know that call");
                break;
        }
    }

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept4(int fd, nint address, nint length, int flags);
}
