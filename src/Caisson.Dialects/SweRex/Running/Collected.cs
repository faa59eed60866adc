using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Dialects.SweRex.Running;

/// <summary>What a process wrote and how it ended.</summary>
/// <param name="Output">Its standard output, cut where it was too long.</param>
/// <param name="Error">Its standard error, likewise.</param>
/// <param name="ReturnCode">Its exit code, or the signal that ended it as a negative number.</param>
/// <param name="TimedOut">Whether its time ran out.</param>
internal sealed record Collected(string Output, string Error, int ReturnCode, bool TimedOut)
{
    private const int Kill = 9;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>Runs a process to its end; it is killed with its group when the caller goes away.</summary>
    public static async Task<Collected> RunAsync(IGuest guest, ExecRequest request, int bound, CancellationToken cancellation)
    {
        await using var execution = await guest.StartAsync(request, cancellation);
        var (output, error) = (new StreamText(bound), new StreamText(bound));
        ExecExited? exit = null;
        try
        {
            await foreach (var happened in execution.ReadAsync(cancellation))
            {
                if (happened is ExecOutputEvent piece)
                    (piece.Stream == OutputStream.StandardError ? error : output).Add(piece.Data.Span);
                else
                    exit = happened as ExecExited ?? exit;
            }
        }
        catch (OperationCanceledException)
        {
            await KillAsync(guest, execution.Pid);
            throw;
        }

        if (exit is null)
            throw new CaissonException(ErrorCode.Unavailable, "the sandbox has ended");
        return new Collected(output.ToString(), error.ToString(), exit.ExitCode ?? -exit.Signal ?? -Kill, exit.TimedOut);
    }

    private static async Task KillAsync(IGuest guest, int pid)
    {
        using var late = new CancellationTokenSource(_patience, TimeProvider.System);
        try
        {
            await guest.SignalAsync(new ProcessSelector(pid), Kill, group: true, late.Token);
        }
        catch (Exception e) when (e is CaissonException or OperationCanceledException)
        {
            // It has ended, or its sandbox has.
        }
    }
}
