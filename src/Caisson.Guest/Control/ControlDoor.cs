using System.Runtime.InteropServices;
using Caisson.Core.Failures;
using Caisson.Guest.Files;
using Caisson.Guest.Loop;
using Caisson.Guest.Processes;
using Caisson.Linux.Interop;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Control;

/// <summary>Where hosts connect: an inherited listening socket (any number of hosts, one after another or at once) or one connected stream.</summary>
internal sealed partial class ControlDoor(EventLoop loop, ProcessTable processes, FileCalls files, GuestSettings settings)
{
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

    private void Dispatch(GuestStream stream, Call call)
    {
        try
        {
            if (!files.TryHandle(stream, call))
                HandleProcess(stream, call);
        }
        catch (GuestFault fault)
        {
            stream.Fail(fault.Code, fault.Message);
        }
        catch (LinuxException e)
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
                stream.End(new Reply { Disk = DiskUse.Read("/") });
                break;
            default:
                stream.Fail(ErrorCode.Unsupported, "this guest does not know that call");
                break;
        }
    }

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept4(int fd, nint address, nint length, int flags);
}
