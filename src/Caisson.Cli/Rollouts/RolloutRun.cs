using System.Globalization;
using Caisson.Client;
using Caisson.Core.Failures;

namespace Caisson.Cli.Rollouts;

/// <summary>Sends the pieces of an input to the server, a few at once, and takes their results in, whatever connections are lost meanwhile.</summary>
internal sealed class RolloutRun(RemoteRollouts rollouts, OutputFile output, RolloutPriority priority, RolloutProgress progress, TimeProvider time)
{
    private const int Pieces = 3;
    private const int Patience = 60;

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    public Task RunAsync(IAsyncEnumerable<InputPiece> input, CancellationToken cancellation) => Parallel.ForEachAsync(
        input, new ParallelOptions { MaxDegreeOfParallelism = Pieces, CancellationToken = cancellation }, async (piece, stop) => await PieceAsync(piece, stop));

    private async Task PieceAsync(InputPiece piece, CancellationToken cancellation)
    {
        if (piece.Tasks.All(task => output.Done.Contains(task.Line)))
            return;
        // The whole piece, even where some of it is done: only then does the server know it again.
        var key = string.Create(CultureInfo.InvariantCulture, $"{output.Run}-{piece.Number}");
        var tasks = piece.Tasks.Select(task => task.Task).ToList();
        var status = await PatientlyAsync(() => rollouts.SubmitAsync(tasks, key, priority, cancellation), cancellation);
        var after = 0L;
        for (var failures = 0; ;)
        {
            try
            {
                await foreach (var result in rollouts.ReadAsync(status.Id, after, cancellation))
                {
                    (after, failures) = (result.Sequence, 0);
                    await KeepAsync(piece.Tasks[result.Index].Line, result, cancellation);
                }

                break;
            }
            catch (CaissonException lost) when (lost.Code == ErrorCode.Unavailable && ++failures < Patience)
            {
                await Task.Delay(_pause, time, cancellation);
            }
        }

        if (piece.Tasks.Count(task => output.Done.Contains(task.Line)) < piece.Tasks.Count)
            throw new CaissonException(ErrorCode.Canceled, $"Rollout {status.Id} was canceled.", "Run the command again to run what is left.");
    }

    private async Task KeepAsync(int line, RolloutOutcome result, CancellationToken cancellation)
    {
        var kept = new OutputLine(line, result.Name, result.Label, result.Message, result.Remedy, result.Steps, result.Files, result.Denials, result.Attempts, result.Isolation);
        if (await output.AddAsync(kept, cancellation))
            progress.Add(result.Label);
    }

    // A full queue is the server's way of saying "later".
    private async Task<T> PatientlyAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        for (var failures = 0; ;)
        {
            try
            {
                return await call();
            }
            catch (CaissonException busy) when (busy.Code == ErrorCode.ResourceExhausted || (busy.Code == ErrorCode.Unavailable && ++failures < Patience))
            {
                await Task.Delay(_pause, time, cancellation);
            }
        }
    }
}
