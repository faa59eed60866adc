using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Wire;

namespace Caisson.Dialects.SweRex.Sessions;

internal sealed partial class BashSession
{
    private const string CtrlC = "\x03";
    private const string CtrlZ = "\x1a";
    private const int MostAttempts = 20;
    private static readonly TimeSpan _settling = TimeSpan.FromMilliseconds(100);

    /// <summary>Types for a program that runs in the session, whose end is not awaited.</summary>
    private async Task<Observation> TypeAsync(BashAction action, CancellationToken cancellation)
    {
        if (action is { IsInteractiveCommand: true, IsInteractiveQuit: true })
            throw RaisedFailure.Builtin("AssertionError", "a command is interactive, or quits an interactive program, not both");
        var awaited = Awaited.Of(_ => true, action.Expect);
        _shell.Output.ForgetPrompts();
        var (output, found) = await SendAsync(action.Command + "\n", awaited, action, cancellation);
        if (found.Prompt is { } prompt)
            _current = prompt.Shell;
        if (action.IsInteractiveQuit)
        {
            // Such programs leave the terminal as they had it.
            var turn = ++_turn;
            await _shell.TypeAsync(Line(turn, "stty -echo"), cancellation);
            _ = await WaitAsync(new Awaited(prompt => prompt.Turn == turn, []), _afterwards, cancellation)
                ?? throw RaisedFailure.NoPrompt($"there was no prompt after {PythonText.Quote(action.Command)}");
        }
        else
        {
            output = output.TrimStart();
            output = (output.StartsWith(action.Command, StringComparison.Ordinal) ? output[action.Command.Length..] : output).Trim();
        }

        return new Observation(output, 0, found.Pattern ?? Observation.Prompt);
    }

    /// <summary>Stops what runs in the foreground: by Ctrl-C, and failing that by stopping and killing it.</summary>
    public async Task<Observation> InterruptAsync(BashInterrupt action, CancellationToken cancellation)
    {
        var patience = RequestBody.Seconds(action.Timeout, "timeout")!.Value;
        if (action.NRetry is < 0 or > MostAttempts)
            throw RefusedException.Invalid("n_retry", $"Input should be between 0 and {MostAttempts}");
        var awaited = Awaited.Of(_ => true, action.Expect);
        try
        {
            if (!await _turns.WaitAsync(TimeSpan.Zero, cancellation))
                return await InterruptOtherAsync(action, patience, cancellation);
            try
            {
                return await InterruptAsync(action, awaited, patience, cancellation);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            throw Ended();
        }
    }

    private async Task<Observation> InterruptAsync(BashInterrupt action, Awaited awaited, TimeSpan patience, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < action.NRetry; attempt++)
        {
            await _shell.TypeAsync(CtrlC, cancellation);
            if (await WaitAsync(awaited, patience, cancellation) is { } stopped)
                return await StoppedAsync(stopped.Before, stopped.Found, cancellation);
        }

        await _shell.TypeAsync(CtrlZ, cancellation);
        if (await WaitAsync(awaited, patience, cancellation) is { } suspended)
        {
            await _shell.TypeAsync("kill -9 %+\n", cancellation);
            if (await WaitAsync(awaited, patience, cancellation) is { } killed)
                return await StoppedAsync(suspended.Before + killed.Before, killed.Found, cancellation);
        }

        throw RaisedFailure.NoPrompt("Failed to interrupt session");
    }

    private async Task<Observation> StoppedAsync(string output, Found found, CancellationToken cancellation)
    {
        if (found.Prompt is { } prompt)
        {
            _current = prompt.Shell;
            return new Observation((output + await SettleAsync(cancellation)).Trim(), 0, Observation.Prompt);
        }

        await Task.Delay(_settling, _time, cancellation);
        return new Observation((output + _shell.Output.TakeAll()).Trim(), 0, found.Pattern!);
    }

    // Not every kernel takes the character that interrupts out of what is typed: a line of its own keeps it from the next command.
    private async Task<string> SettleAsync(CancellationToken cancellation)
    {
        var turn = ++_turn;
        await _shell.TypeAsync("\n" + Line(turn, ":"), cancellation);
        return await WaitAsync(new Awaited(prompt => prompt.Turn == turn, []), _afterwards, cancellation) is { } settled ? settled.Before : _shell.Output.TakeAll();
    }

    // Another request waits for the command: it is that one that gets its output.
    private async Task<Observation> InterruptOtherAsync(BashInterrupt action, TimeSpan patience, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Math.Max(1, action.NRetry); attempt++)
        {
            await _shell.TypeAsync(CtrlC, cancellation);
            if (!await _turns.WaitAsync(patience, cancellation))
                continue;
            try
            {
                return new Observation((await SettleAsync(cancellation)).Trim(), 0, Observation.Prompt);
            }
            finally
            {
                _turns.Release();
            }
        }

        throw RaisedFailure.NoPrompt("Failed to interrupt session");
    }
}
