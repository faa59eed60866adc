using Caisson.Core.Failures;
using Caisson.Protocol.Messages;
using Caisson.Wasm.Worker.Commands;
using Google.Protobuf;

namespace Caisson.Wasm.Worker.Control;

/// <summary>What the worker does on request: the part of every guest's calls that is about commands.</summary>
internal sealed class Calls(CommandTable commands)
{
    /// <summary>Answers a call to its end; a failure is an answer.</summary>
    public async Task AnswerAsync(HostCall call, Call request)
    {
        try
        {
            await DoAsync(call, request).ConfigureAwait(false);
            await call.EndAsync().ConfigureAwait(false);
        }
        catch (CaissonException failure)
        {
            await call.FailAsync(failure.Code, failure.Message).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (IOException or OperationCanceledException or ObjectDisposedException))
        {
            await call.FailAsync(ErrorCode.Internal, failure.Message).ConfigureAwait(false);
        }
    }

    private async Task DoAsync(HostCall call, Call request)
    {
        switch (request.KindCase)
        {
            case Call.KindOneofCase.Configure:
                commands.Configure(request.Configure);
                break;
            case Call.KindOneofCase.Start:
                await FollowAsync(call, await commands.StartAsync(request.Start, call.Cancelled).ConfigureAwait(false), 0).ConfigureAwait(false);
                break;
            case Call.KindOneofCase.Attach:
                await FollowAsync(call, commands.Find(request.Attach.Process), request.Attach.HasFromOffset ? request.Attach.FromOffset : null).ConfigureAwait(false);
                break;
            case Call.KindOneofCase.List:
                await call.ReplyAsync(new Reply { Processes = List() }).ConfigureAwait(false);
                break;
            case Call.KindOneofCase.Input:
                await InputOf(request.Input.Process).WriteAsync(request.Input.Data.Memory, call.Cancelled).ConfigureAwait(false);
                break;
            case Call.KindOneofCase.CloseInput:
                commands.Find(request.CloseInput.Process).Input?.Close();
                break;
            case Call.KindOneofCase.Signal:
                commands.FindLive(request.Signal.Process).Signal(request.Signal.Signal);
                break;
            default:
                throw new CaissonException(ErrorCode.Unsupported, $"a WebAssembly worker does not do '{request.KindCase}'");
        }
    }

    private StandardInput InputOf(Selector process) => commands.FindLive(process).Input
        ?? throw new CaissonException(ErrorCode.Conflict, "the command was started without an input");

    private static async Task FollowAsync(HostCall call, Command command, long? from)
    {
        using var reader = command.Output.Read(from);
        await call.ReplyAsync(new Reply { Started = new Started { Pid = command.Pid } }).ConfigureAwait(false);
        while (await reader.ReadAsync(call.Cancelled).ConfigureAwait(false) is { } next)
        {
            var output = new Output { Stream = (int)next.Piece.Stream, Offset = next.Offset, Data = UnsafeByteOperations.UnsafeWrap(next.Bytes) };
            await call.ReplyAsync(new Reply { Output = output }).ConfigureAwait(false);
        }

        var end = await command.Ended.WaitAsync(call.Cancelled).ConfigureAwait(false);
        var exited = new Exited { TimedOut = end.TimedOut, OutOfMemory = end.OutOfMemory, OutputDropped = command.Output.Dropped };
        if (end.ExitCode is { } code)
            exited.ExitCode = code;
        if (end.Signal is { } signal)
            exited.Signal = signal;
        await call.ReplyAsync(new Reply { Exited = exited }).ConfigureAwait(false);
        command.Seen = true;
    }

    private ProcessList List()
    {
        var list = new ProcessList();
        foreach (var command in commands.Live())
        {
            var process = new Process { Pid = command.Pid, Tag = command.Start.Tag, Command = command.Start.Command, WorkingDirectory = command.WorkingDirectory };
            process.Arguments.AddRange(command.Start.Arguments);
            process.Environment.Add(command.Start.Environment);
            list.Processes.Add(process);
        }

        return list;
    }
}
