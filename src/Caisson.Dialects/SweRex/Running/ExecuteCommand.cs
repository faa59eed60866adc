using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Sandboxes;
using Caisson.Dialects.SweRex.Wire;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.SweRex.Running;

/// <summary>Runs one command apart from any session.</summary>
internal static class ExecuteCommand
{
    public static async Task<byte[]> InvokeAsync(SweRexCall call)
    {
        var request = await call.ReadAsync(SweRexJson.Default.CommandRequest);
        var command = CommandLine.Read(request);
        var timeout = RequestBody.Seconds(request.Timeout, "timeout");
        var named = await call.Sandboxes.UseAsync(call.Address, call.Cancellation);
        var sandbox = await named.Ready;
        var exec = command.For(request) with
        {
            User = sandbox.Info.Defaults.User ?? call.Options.User,
            WorkingDirectory = WorkingDirectory(sandbox, request.Cwd),
            // The guest knows no limit of nothing.
            Timeout = timeout is { } given && given < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : timeout,
        };
        var result = await named.HoldAsync(RunAsync(sandbox, exec, command, request, call), call.Cancellation);
        if (result.TimedOut)
            throw RaisedFailure.TimedOut($"Timeout ({PythonText.Seconds(request.Timeout)}s) exceeded while running command");
        if (request.Check && result.ReturnCode != 0)
        {
            var message = $"Command {command.Shown} failed with exit code {result.ReturnCode}. "
                + $"Stdout:\n{PythonText.Quote(result.Output)}\nStderr:\n{PythonText.Quote(result.Error)}";
            throw RaisedFailure.NonZero(message, request.ErrorMsg);
        }

        return SweRexCall.Answer(new CommandResult(result.Output, result.Error, result.ReturnCode), SweRexJson.Default.CommandResult);
    }

    private static async Task<Collected> RunAsync(ISandbox sandbox, ExecRequest exec, CommandLine command, CommandRequest request, SweRexCall call)
    {
        try
        {
            var result = await Collected.RunAsync(sandbox.Guest, exec, call.Options.CommandOutput, call.Cancellation);
            return command.WasNotFound(result) ? throw NotFound(command.Program) : result;
        }
        catch (CaissonException e) when (e.Code == ErrorCode.NotFound && e.Kind == FailureKind.Task)
        {
            throw NotFound(command.Program);
        }
        catch (CaissonException e) when (e.Code == ErrorCode.InvalidArgument && request.Cwd is { } directory && e.Message.Contains("cwd", StringComparison.Ordinal))
        {
            throw NotFound(directory);
        }
        catch (CaissonException e) when (e.Code == ErrorCode.PermissionDenied)
        {
            throw RaisedFailure.Builtin("PermissionError", $"[Errno 13] Permission denied: {PythonText.Quote(command.Program)}");
        }
    }

    private static RaisedFailure NotFound(string path) => RaisedFailure.Builtin("FileNotFoundError", $"[Errno 2] No such file or directory: {PythonText.Quote(path)}");

    private static string? WorkingDirectory(ISandbox sandbox, string? asked) =>
        asked is null ? sandbox.Info.Defaults.WorkingDirectory : InsidePaths.Of(sandbox, asked);
}
