using System.CommandLine;
using Caisson.Client;

namespace Caisson.Cli.Rollouts;

/// <summary><c>caisson rollout</c>: batches of independent executions.</summary>
internal static class RolloutCommand
{
    public static Command Create() => new("rollout", "Run batches of independent executions.") { Run() };

    private static Command Run()
    {
        var file = new Argument<string>("file") { Description = "The tasks, one JSON object a line: language and code, or command." };
        var target = new Option<string>("--out") { Description = "Where results go, one JSON object a line; what is there is kept and the rest run.", Required = true };
        var priority = new Option<RolloutPriority>("--priority") { Description = "Its place among your own work: low, normal or high.", DefaultValueFactory = _ => RolloutPriority.Normal };
        var command = new Command("run", "Run the tasks of a file, each in a sandbox of its own.") { file, target, priority };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            var input = parsed.GetValue(file)!;
            using var client = Connection.Open();
            var total = await InputFile.CountAsync(input, cancellation);
            await using var output = await OutputFile.OpenAsync(parsed.GetValue(target)!, cancellation);
            var progress = new RolloutProgress(total, output.Done.Count, TimeProvider.System);
            var run = new RolloutRun(client.Rollouts, output, parsed.GetValue(priority), progress, TimeProvider.System);
            try
            {
                await progress.ShowAsync(() => run.RunAsync(InputFile.ReadAsync(input, cancellation), cancellation));
                output.Complete();
            }
            finally
            {
                await Console.Error.WriteLineAsync($"caisson: {progress.Summary()}");
            }

            return 0;
        }));
        return command;
    }
}
