using System.CommandLine;
using Caisson.Cli.Commands;
using Caisson.Cli.Output;

namespace Caisson.Cli.State;

/// <summary><c>caisson fork</c>: starts sandboxes from what a sandbox's files are now and prints their ids.</summary>
internal static class ForkCommand
{
    public static Command Create()
    {
        var id = Arguments.Sandbox();
        var count = new Option<int>("--count") { Description = "How many, 1 to 100.", DefaultValueFactory = _ => 1 };
        var timeout = Arguments.Time("How long each lives, 5m when left out.");
        var filesOnly = new Option<bool>("--files-only") { Description = "Files are enough though processes run in it." };
        var command = new Command("fork", "Start sandboxes from a sandbox's files and print their ids.") { id, count, timeout, filesOnly };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            var sandbox = await client.GetAsync(parsed.GetValue(id)!, cancellation);
            var code = 0;
            foreach (var fork in await sandbox.ForkAsync(parsed.GetValue(count), Arguments.ReadTime(parsed.GetValue(timeout)), parsed.GetValue(filesOnly), cancellation))
            {
                if (fork.Sandbox is { } made)
                    Console.WriteLine(made.Id);
                else
                    code = Guarded.Failed;
                if (fork.Error is { } error)
                    await Console.Error.WriteLineAsync($"caisson: {Plain.Text(error)}");
            }

            return code;
        }));
        return command;
    }
}
