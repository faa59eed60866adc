using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Guest.Control;
using Caisson.Guest.Loop;
using Caisson.Linux.Interop;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Files;

/// <summary>Watches a directory, and what is below it when asked, by inotify; on the loop.</summary>
internal sealed unsafe partial class DirectoryWatch
{
    private const uint Mask = 0x2 | 0x4 | 0x40 | 0x80 | 0x100 | 0x200;
    private const uint Overflow = 0x4000;
    private const uint IsDirectory = 0x40000000;
    private const int MaxDirectories = 8192;
    private const int MaxWaiting = 4096;
    private const int HeaderSize = 16;
    private readonly EventLoop _loop;
    private readonly GuestStream _stream;
    private readonly Watch _request;
    private readonly string _root;
    private readonly int _fd;
    private readonly Dictionary<int, string> _directories = [];
    private readonly Queue<Change> _waiting = new();

    private DirectoryWatch(EventLoop loop, GuestStream stream, string root, Watch request, int fd) =>
        (_loop, _stream, _root, _request, _fd) = (loop, stream, root, request, fd);

    public static void Start(EventLoop loop, GuestStream stream, string root, Watch request)
    {
        var status = FileStatus.Read(root, follow: true) ?? throw new GuestFault(ErrorCode.NotFound, $"path {root} not found");
        if (!status.IsDirectory)
            throw new GuestFault(ErrorCode.InvalidArgument, $"path {root} not a directory");
        const int Options = 0x80000 | 0x800;
        var fd = (int)LinuxException.Check(Initialize(Options), "inotify_init1");
        var watch = new DirectoryWatch(loop, stream, root, request, fd);
        watch.Add(root, announce: false);
        loop.Watch(fd, EventLoop.Readable, _ => watch.Receive());
        stream.Changed = () => loop.Post(watch.Pump);
        stream.Reply(new Reply { WatchSet = new WatchSet() });
    }

    private void Add(string directory, bool announce)
    {
        if (_directories.Count >= MaxDirectories)
            return;
        var descriptor = AddWatch(_fd, directory, Mask);
        if (descriptor < 0)
            return;
        _directories[descriptor] = directory;
        if (!_request.Recursive)
            return;
        try
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(directory))
            {
                // What was put in before the watch was set would be missed otherwise.
                if (announce)
                    Queue(FileChangeKind.Create, path);
                if (FileStatus.Read(path, follow: false) is { IsDirectory: true })
                    Add(path, announce);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It went away while it was being looked at.
        }
    }

    private void Receive()
    {
        var buffer = stackalloc byte[16 << 10];
        nint count;
        while ((count = Libc.Read(_fd, buffer, 16 << 10)) > 0)
        {
            var events = new ReadOnlySpan<byte>(buffer, (int)count);
            while (events.Length >= HeaderSize)
            {
                var descriptor = BinaryPrimitives.ReadInt32LittleEndian(events);
                var mask = BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
                var length = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
                Handle(descriptor, mask, Encoding.UTF8.GetString(events.Slice(HeaderSize, length)).TrimEnd('\0'));
                events = events[(HeaderSize + length)..];
            }
        }

        Pump();
    }

    private void Handle(int descriptor, uint mask, string name)
    {
        if ((mask & Overflow) != 0)
        {
            Finish(ErrorCode.ResourceExhausted, "changes came faster than they could be noted; watch again");
            return;
        }

        if (!_directories.TryGetValue(descriptor, out var directory) || name.Length == 0)
            return;
        var path = $"{directory.TrimEnd('/')}/{name}";
        switch (mask & Mask)
        {
            case 0x2:
                Queue(FileChangeKind.Write, path);
                break;
            case 0x4:
                Queue(FileChangeKind.Chmod, path);
                break;
            case 0x40:
                Queue(FileChangeKind.Rename, path);
                break;
            case 0x200:
                Queue(FileChangeKind.Remove, path);
                break;
            case 0x80 or 0x100:
                Queue(FileChangeKind.Create, path);
                if (_request.Recursive && (mask & IsDirectory) != 0)
                    Add(path, announce: true);
                break;
        }
    }

    private void Queue(FileChangeKind kind, string path)
    {
        var change = new Change { Kind = (int)kind, Name = path[(_root.TrimEnd('/').Length + 1)..] };
        if (_request.WithEntries && kind is FileChangeKind.Create or FileChangeKind.Write or FileChangeKind.Chmod)
            change.Entry = FileOperations.Describe(path);
        _waiting.Enqueue(change);
        if (_waiting.Count > MaxWaiting)
            Finish(ErrorCode.ResourceExhausted, "changes came faster than they were read; watch again");
    }

    private void Pump()
    {
        while (_stream.CanSend && _waiting.TryDequeue(out var change))
            _stream.Reply(new Reply { Change = change });
        if (_stream.Cancelled)
            Close();
    }

    private void Finish(ErrorCode code, string message)
    {
        _waiting.Clear();
        if (!_closed)
            _stream.Fail(code, message);
        Close();
    }

    private bool _closed;

    private void Close()
    {
        if (_closed)
            return;
        _closed = true;
        _loop.Forget(_fd);
        _ = Libc.Close(_fd);
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Initialize(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddWatch(int fd, string path, uint mask);
}
