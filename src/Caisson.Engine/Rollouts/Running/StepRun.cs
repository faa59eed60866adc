using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Engine.Rollouts.Running;

/// <summary>Runs one step in a sandbox to its end.</summary>
internal sealed class StepRun(IGuest guest, RolloutExecution execution, TimeProvider time)
{
    private const int KillSignal = 9;

    // Of both streams together, before they are told apart: a flood of one must leave room for the other.
    private const int Streams = 2;

    // The guest ends a program at its limit; a guest that says nothing for this much longer is not to be waited for.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <summary>Runs it; what is thrown is a failure of ours, or NotFound where the program is not there.</summary>
    public async Task<RolloutStepResult> RunAsync(RolloutStep step, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(step.Timeout + _patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        var since = time.GetTimestamp();
        try
        {
            await using var process = await guest.StartAsync(Request(step), stop.Token);
            using var fed = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            var feed = step.Stdin is { } input ? FeedAsync(process.Pid, input, fed.Token) : Task.CompletedTask;
            try
            {
                var result = await ReadAsync(process, step, stop.Token);
                return result with { Duration = time.GetElapsedTime(since) };
            }
            finally
            {
                await fed.CancelAsync();
                await feed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new CaissonException(ErrorCode.Unavailable, $"the sandbox did not say how step '{step.Name}' ended");
        }
    }

    private ExecRequest Request(RolloutStep step) => new()
    {
        Command = step.Command,
        Arguments = step.Arguments,
        WorkingDirectory = execution.WorkingDirectory,
        User = execution.User,
        Input = step.Stdin is not null,
        Timeout = step.Timeout,
        OutputLimit = ((long)step.OutputLimit * Streams) + 1,
    };

    private async Task<RolloutStepResult> ReadAsync(IExecution process, RolloutStep step, CancellationToken cancellation)
    {
        using var output = new StepOutput(step.OutputLimit);
        var ended = false;
        await foreach (var happened in process.ReadAsync(cancellation))
        {
            if (happened is ExecOutputEvent piece)
            {
                output.Add(piece);
                if (output.Exceeded && step.EndAtOutputLimit && !ended)
                {
                    ended = true;
                    await EndAsync(process.Pid, cancellation);
                }
            }
            else if (happened is ExecExited exit)
            {
                return new RolloutStepResult
                {
                    Name = step.Name,
                    ExitCode = exit.ExitCode,
                    Signal = exit.Signal,
                    TimedOut = exit.TimedOut,
                    OutOfMemory = exit.OutOfMemory,
                    OutputExceeded = output.Exceeded || exit.OutputDropped > 0,
                    Stdout = output.Stdout,
                    Stderr = output.Stderr,
                };
            }
        }

        throw new CaissonException(ErrorCode.Unavailable, $"the sandbox did not say how step '{step.Name}' ended");
    }

    private async Task EndAsync(int pid, CancellationToken cancellation)
    {
        try
        {
            // To the process alone: the guest then ends all its descendants too.
            await guest.SignalAsync(new ProcessSelector(pid), KillSignal, group: false, cancellation);
        }
        catch (CaissonException gone) when (gone.Code == ErrorCode.NotFound)
        {
            // It has ended by itself.
        }
    }

    private async Task FeedAsync(int pid, ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        try
        {
            while (input.Length > 0)
            {
                var piece = input[..Math.Min(input.Length, GuestLimits.OutputChunk)];
                await guest.WriteInputAsync(new ProcessSelector(pid), piece, cancellation);
                input = input[piece.Length..];
            }

            await guest.CloseInputAsync(new ProcessSelector(pid), cancellation);
        }
        catch (CaissonException)
        {
            // A program may end without reading what it was given.
        }
    }
}
