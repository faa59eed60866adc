using System.Runtime.InteropServices;
using System.Text;
using Caisson.Guest.Control;
using Caisson.Guest.Loop;
using Caisson.Guest.Processes;
using Caisson.Guest.Users;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Sudo;

/// <summary>Runs commands as another user of the sandbox for whoever asks inside: root inside is nobody outside, so there is nothing to guard.</summary>
internal sealed unsafe partial class SudoDoor(EventLoop loop, ProcessTable processes, UserDatabase users)
{
    private const int MaxSessions = 256;
    private int _sessions;

    public static void Open(EventLoop loop, ProcessTable processes, UserDatabase users)
    {
        var door = new SudoDoor(loop, processes, users);
        var listener = SudoSocket.Listen();
        loop.Watch(listener, EventLoop.Readable, ready => door.Accept(listener));
    }

    private void Accept(int listener)
    {
        const int NonBlockingCloseOnExec = 0x80000 | 0x800;
        var fd = Accept4(listener, 0, 0, NonBlockingCloseOnExec);
        if (fd < 0)
            return;
        if (_sessions == MaxSessions)
        {
            _ = Libc.Close(fd);
            return;
        }

        _sessions++;
        loop.Watch(fd, EventLoop.Readable, ready => Begin(fd));
    }

    private void Begin(int fd)
    {
        loop.Forget(fd);
        var bytes = SudoSocket.Receive(fd, out var descriptors);
        if (bytes is null || SudoRequest.Parse(bytes) is not { } request)
        {
            Finish(fd, 1 << 8);
            return;
        }

        try
        {
            var user = users.Find(request.User);
            var directory = request.Directory == "~" ? user.Home : request.Directory;
            var pid = processes.StartFor(request.Command, request.Environment, directory, user, descriptors, status => Finish(fd, status.Raw));
            loop.Watch(fd, EventLoop.Readable, ready => PassSignal(fd, pid));
        }
        catch (GuestFault fault)
        {
            Tell(descriptors[2], $"sudo: {fault.Message}\n");
            Finish(fd, (fault.Code == Core.Failures.ErrorCode.NotFound ? 127 : 1) << 8);
        }
        finally
        {
            foreach (var descriptor in descriptors)
                _ = Libc.Close(descriptor);
        }
    }

    private void PassSignal(int fd, int pid)
    {
        byte signal;
        var count = Libc.Read(fd, &signal, 1);
        if (count == 1 && signal is >= 1 and <= 31)
            _ = Libc.Kill(-pid, signal);
        else if (count == 0 || Marshal.GetLastPInvokeError() != Errno.EAGAIN)
            loop.Forget(fd);
    }

    private void Finish(int fd, int status)
    {
        _ = Libc.Write(fd, (byte*)&status, sizeof(int));
        loop.Forget(fd);
        _ = Libc.Close(fd);
        _sessions--;
    }

    // The descriptor is a stranger's: never wait for it.
    private static void Tell(int fd, string text)
    {
        var flags = Libc.Fcntl(fd, Flags.F_GETFL, 0);
        if ((flags & Flags.O_NONBLOCK) == 0 && Libc.Fcntl(fd, Flags.F_SETFL, flags | Flags.O_NONBLOCK) != 0)
            return;
        fixed (byte* start = Encoding.UTF8.GetBytes(text))
            _ = Libc.Write(fd, start, (nuint)Encoding.UTF8.GetByteCount(text));
        _ = Libc.Fcntl(fd, Flags.F_SETFL, flags);
    }

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept4(int fd, nint address, nint length, int flags);
}
