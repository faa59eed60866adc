using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;

namespace Caisson.Server.Api.Processes;

/// <summary>Runs a program to its end and gives back what it wrote, within bounds.</summary>
internal sealed class ExecCollector(TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>The most output of both streams together that one answer carries, in bytes.</summary>
    public const long MostOutput = 8 << 20;

    private const int KillSignal = 9;
    private static readonly TimeSpan _killPatience = TimeSpan.FromSeconds(5);

    /// <summary>Runs it; when the caller goes away the program is killed, since nobody else knows its pid.</summary>
    public async Task<ExecResult> RunAsync(ISandbox sandbox, ExecRequest request, string? stdin, CancellationToken cancellation)
    {
        if (request.OutputLimit is 0 or > MostOutput)
            request = request with { OutputLimit = MostOutput };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        var mark = Denials.Mark(sandbox);
        await using var execution = await sandbox.Guest.StartAsync(request, stop.Token);
        try
        {
            var feed = stdin is null ? Task.CompletedTask : FeedAsync(sandbox.Guest, execution.Pid, stdin, stop.Token);
            var result = await ReadAsync(sandbox, execution, request.OutputLimit, mark, stop.Token);
            await stop.CancelAsync();
            await feed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return result;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            using var patience = new CancellationTokenSource(_killPatience, time);
            await sandbox.Guest.SignalAsync(new ProcessSelector(execution.Pid), KillSignal, group: true, patience.Token);
            throw;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new CaissonException(ErrorCode.Unavailable, $"The server is stopping; the program goes on as pid {execution.Pid}.", "Attach to its output when the server is back.");
        }
    }

    private static async Task FeedAsync(IGuest guest, int pid, string text, CancellationToken cancellation)
    {
        try
        {
            await guest.WriteInputAsync(new ProcessSelector(pid), Encoding.UTF8.GetBytes(text), cancellation);
            await guest.CloseInputAsync(new ProcessSelector(pid), cancellation);
        }
        catch (CaissonException)
        {
            // A program may end without reading what it was given.
        }
    }

    private async Task<ExecResult> ReadAsync(ISandbox sandbox, IExecution execution, long limit, long mark, CancellationToken cancellation)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        ExitedLine? end = null;
        var beyond = 0L;
        try
        {
            await foreach (var item in execution.ReadAsync(cancellation))
            {
                if (item is ExecOutputEvent piece)
                {
                    var room = (int)Math.Min(piece.Data.Length, limit - output.Length - errors.Length);
                    (piece.Stream == OutputStream.StandardError ? errors : output).Write(piece.Data.Span[..room]);
                    beyond += piece.Data.Length - room;
                }
                else if (item is ExecExited exited)
                {
                    end = ExecOutcome.Of(exited, Denials.Since(sandbox, mark));
                }
            }
        }
        catch (CaissonException failure)
        {
            end = ExecOutcome.Of(failure, sandbox, Denials.Since(sandbox, mark), time);
        }

        end ??= new ExitedLine(null, null, 0, FailureKind.Infrastructure, "The guest did not say how the program ended.", []);
        return new ExecResult(
            execution.Pid, end.ExitCode, end.Signal, Text(output), Text(errors), end.OutputDropped + beyond, end.Failure, end.Message, end.Denials);
    }

    private static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
}
