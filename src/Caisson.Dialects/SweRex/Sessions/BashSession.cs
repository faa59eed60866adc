using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Wire;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>One session: a shell that is given one command at a time.</summary>
internal sealed partial class BashSession : IAsyncDisposable
{
    // Bash itself and the user's own startup files, which no timeout of the client is about.
    private static readonly TimeSpan _start = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _afterwards = TimeSpan.FromSeconds(1);

    private readonly string _name;
    private readonly IGuest _guest;
    private readonly string _user;
    private readonly TimeProvider _time;
    private readonly ShellFiles _files;
    private readonly Shell _shell;
    private readonly SemaphoreSlim _turns = new(1, 1);
    private int _turn = Prompt.FirstTurn;
    private int _current;

    private BashSession(string name, IGuest guest, string user, ShellFiles files, Shell shell, TimeProvider time) =>
        (_name, _guest, _user, _files, _shell, _time) = (name, guest, user, files, shell, time);

    /// <summary>Opens one; the text is what its startup files wrote.</summary>
    public static async Task<(BashSession Session, string Output)> OpenAsync(
        ISandbox sandbox, CreateSession request, string user, int bound, TimeProvider time, CancellationToken cancellation)
    {
        var patience = RequestBody.Seconds(request.StartupTimeout, "startup_timeout")!.Value;
        var files = new ShellFiles(sandbox.Guest, user);
        await files.WriteStartupAsync(request.StartupSource, cancellation);
        var shell = await Shell.StartAsync(sandbox.Guest, files, user, sandbox.Info.Defaults.WorkingDirectory, bound, time, cancellation);
        var session = new BashSession(request.Session, sandbox.Guest, user, files, shell, time);
        try
        {
            var own = await session.WaitAsync(Awaited.AnyPrompt, _start, cancellation) ?? throw RaisedFailure.NoPrompt("bash did not start in time");
            var asked = await session.WaitAsync(Awaited.AnyPrompt, patience, cancellation)
                ?? throw RaisedFailure.NoPrompt($"timeout after {PythonText.Seconds(request.StartupTimeout)} seconds while starting the session");
            session._current = asked.Found.Prompt?.Shell ?? 0;
            return (session, own.Before + asked.Before);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command, or types one for whatever runs.</summary>
    public async Task<Observation> RunAsync(BashAction action, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        try
        {
            return action.IsInteractiveCommand || action.IsInteractiveQuit ? await TypeAsync(action, cancellation) : await CommandAsync(action, cancellation);
        }
        finally
        {
            _turns.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _shell.DisposeAsync();
        using var late = new CancellationTokenSource(_afterwards, _time);
        await _files.RemoveAsync(null, late.Token);
    }

    private async Task<Observation> CommandAsync(BashAction action, CancellationToken cancellation)
    {
        var turn = ++_turn;
        var path = await _files.WriteAsync(turn, action.Command, cancellation);
        var isRead = false;
        try
        {
            await SyntaxCheck.RequireAsync(_guest, _user, _name, path, action.Command, cancellation);
            isRead = true;
            var result = await SendAsync(Line(turn, $". {path}"), Awaited.Of(IsOf, action.Expect), action, cancellation);
            isRead = false;
            return await ObserveAsync(action, result.Before, result.Found, cancellation);
        }
        finally
        {
            // A shell that is still busy reads it later.
            if (!isRead)
                await _files.RemoveAsync(path, cancellation);
        }

        // A prompt of this shell after an earlier turn is late; one of another shell, or of one that took this one's place, is what the command led to.
        bool IsOf(Prompt prompt) => prompt.Turn == turn || prompt.Turn == 0 || prompt.Shell != _current;
    }

    private static string Line(int turn, string command) => string.Create(CultureInfo.InvariantCulture, $" {Prompt.TurnVariable}={turn}; {command}\n");

    private async Task<Observation> ObserveAsync(BashAction action, string output, Found found, CancellationToken cancellation)
    {
        var expected = found.Pattern ?? Observation.Prompt;
        if (action.Check == "ignore")
            return new Observation(output, null, expected);
        var prompt = found.Prompt;
        if (prompt is null && await WaitAsync(Awaited.AnyPrompt, _afterwards, cancellation) is { } after)
        {
            prompt = after.Found.Prompt;
            output += after.Before;
        }

        if (prompt is { } end)
            _current = end.Shell;
        if (action.Check == "silent" || prompt?.ExitCode == 0)
            return new Observation(output, prompt?.ExitCode, expected);
        if (prompt is null)
            throw RaisedFailure.NoExitCode("timeout while getting exit code");
        var message = $"Command {PythonText.Quote(action.Command)} failed with exit code {prompt.Value.ExitCode}. Here is the output:\n{PythonText.Quote(output)}";
        throw RaisedFailure.NonZero(message, action.ErrorMsg);
    }

    private async Task<(string Before, Found Found)> SendAsync(string line, Awaited awaited, BashAction action, CancellationToken cancellation)
    {
        var patience = RequestBody.Seconds(action.Timeout, "timeout");
        using var late = new CancellationTokenSource(patience ?? Timeout.InfiniteTimeSpan, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            await _shell.TypeAsync(line, either.Token);
            return await _shell.Output.TakeAsync(awaited, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw RaisedFailure.TimedOut($"timeout after {PythonText.Seconds(action.Timeout)} seconds while running command {PythonText.Quote(action.Command)}");
        }
        catch (Exception e) when (IsEnd(e))
        {
            throw Ended();
        }
    }

    /// <summary>Waits for something; null when it does not come in time.</summary>
    private async Task<(string Before, Found Found)?> WaitAsync(Awaited awaited, TimeSpan patience, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            return await _shell.Output.TakeAsync(awaited, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (EndOfStreamException)
        {
            throw Ended();
        }
    }

    // A shell that has ended is asked for no longer, and takes nothing typed.
    private static bool IsEnd(Exception e) => e is EndOfStreamException or CaissonException { Code: ErrorCode.NotFound or ErrorCode.Conflict or ErrorCode.Unavailable };

    private RaisedFailure Ended()
    {
        var last = _shell.Output.TakeAll();
        return RaisedFailure.EndOfShell($"End of session {PythonText.Quote(_name)}: {_shell.Output.Over ?? "its shell has ended"}." + (last.Length > 0 ? $" Its last output:\n{last}" : ""));
    }
}
