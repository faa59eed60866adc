using System.CommandLine;
using Caisson.Cli.Commands;

namespace Caisson.Cli.State;

/// <summary><c>caisson resume</c>: lets a paused sandbox go on.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var id = Arguments.Sandbox();
        var timeout = Arguments.Time("How long it lives from now, as long as it was first given when left out.");
        var filesOnly = new Option<bool>("--files-only") { Description = "Give up its processes and start it anew on its files." };
        var command = new Command("resume", "Resume a paused sandbox.") { id, timeout, filesOnly };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            using var client = Connection.Open();
            var sandbox = await client.GetAsync(parsed.GetValue(id)!, cancellation);
            await sandbox.ResumeAsync(Arguments.ReadTime(parsed.GetValue(timeout)), !parsed.GetValue(filesOnly), cancellation);
            return 0;
        }));
        return command;
    }
}
