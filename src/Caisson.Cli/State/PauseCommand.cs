using System.CommandLine;
using Caisson.Cli.Commands;

namespace Caisson.Cli.State;

/// <summary><c>caisson pause</c>: stops a sandbox where it stands, or keeps its files alone.</summary>
internal static class PauseCommand
{
    public static Command Create()
    {
        var id = Arguments.Sandbox();
        var filesOnly = new Option<bool>("--files-only") { Description = "End its processes and keep its files; it takes no memory then." };
        var command = new Command("pause", "Pause a sandbox.") { id, filesOnly };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            await (await client.GetAsync(parsed.GetValue(id)!, cancellation)).PauseAsync(!parsed.GetValue(filesOnly), cancellation);
            return 0;
        }));
        return command;
    }
}
