using Caisson.Core.Failures;
using Caisson.Guest.Control;
using Caisson.Guest.Loop;
using Caisson.Guest.Users;
using Caisson.Linux.Interop;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Files;

/// <summary>Hands file calls to worker threads, so that a slow disk never holds up processes.</summary>
internal sealed class FileCalls(EventLoop loop, UserDatabase users, GuestSettings settings)
{
    private readonly WorkerThreads _workers = new();
    private readonly PathResolver _paths = new(users, settings);

    /// <summary>Takes the call if it is about files.</summary>
    public bool TryHandle(GuestStream stream, Call call)
    {
        if (call.KindCase == Call.KindOneofCase.Watch)
        {
            var request = call.Watch;
            var root = _paths.Resolve(request.Path, request.User, out _);
            DirectoryWatch.Start(loop, stream, root, request);
            return true;
        }

        if (call.KindCase is < Call.KindOneofCase.Stat or > Call.KindOneofCase.Compose)
            return false;
        _workers.Run(() => Work(stream, call));
        return true;
    }

    private void Work(GuestStream stream, Call call)
    {
        try
        {
            Handle(stream, call);
        }
        catch (GuestFault fault)
        {
            stream.Fail(fault.Code, fault.Message);
        }
        catch (LinuxException e)
        {
            stream.Fail(FileErrors.CodeOf(e.Error), e.Message);
        }
        catch (UnauthorizedAccessException e)
        {
            stream.Fail(ErrorCode.PermissionDenied, e.Message);
        }
        catch (IOException e)
        {
            stream.Fail(FileErrors.CodeOf(e), e.Message);
        }
    }

    private void Handle(GuestStream stream, Call call)
    {
        switch (call.KindCase)
        {
            case Call.KindOneofCase.Stat:
                stream.End(new Reply { Entry = FileOperations.Stat(_paths.Resolve(call.Stat.Path, call.Stat.User, out _)) });
                break;
            case Call.KindOneofCase.ListDirectory:
                var path = _paths.Resolve(call.ListDirectory.Path, call.ListDirectory.User, out _);
                FileOperations.List(path, Math.Max(1, call.ListDirectory.Depth), stream);
                break;
            case Call.KindOneofCase.MakeDirectory:
                var directory = _paths.Resolve(call.MakeDirectory.Path, call.MakeDirectory.User, out var maker);
                stream.End(new Reply { Entry = FileOperations.MakeDirectory(directory, maker) });
                break;
            case Call.KindOneofCase.Move:
                var source = _paths.Resolve(call.Move.Source, call.Move.User, out _);
                var destination = _paths.Resolve(call.Move.Destination, call.Move.User, out var mover);
                stream.End(new Reply { Entry = FileOperations.Move(source, destination, mover) });
                break;
            case Call.KindOneofCase.Remove:
                FileOperations.Remove(_paths.Resolve(call.Remove.Path, call.Remove.User, out _));
                stream.End();
                break;
            case Call.KindOneofCase.ReadFile:
                FileOperations.Read(_paths.Resolve(call.ReadFile.Path, call.ReadFile.User, out _), call.ReadFile, stream);
                break;
            case Call.KindOneofCase.WriteFile:
                var target = _paths.Resolve(call.WriteFile.Path, call.WriteFile.User, out var writer);
                stream.End(new Reply { Entry = FileOperations.Write(target, writer, call.WriteFile, stream) });
                break;
            case Call.KindOneofCase.Compose:
                var sources = call.Compose.Sources.Select(s => _paths.Resolve(s, call.Compose.User, out _)).ToList();
                var joined = _paths.Resolve(call.Compose.Destination, call.Compose.User, out var composer);
                stream.End(new Reply { Entry = FileOperations.Compose(sources, joined, composer) });
                break;
        }
    }
}
