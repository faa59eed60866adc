using System.CommandLine;
using Caisson.Cli;
using Caisson.Cli.Commands;
using Caisson.Cli.Doctor;
using Caisson.Cli.Output;
using Caisson.Cli.Rollouts;
using Caisson.Cli.Run;
using Caisson.Cli.Server;

// The server's own commands are handed over before anything is parsed: their arguments are the server's business.
if (args is ["serve" or "key", ..])
    return ServerLauncher.Exec(args);

var root = new RootCommand("Self-hosted sandboxes for AI agents.")
{
    RunCommand.Create(),
    CreateCommand.Create(),
    ExecCommand.Create(),
    ShellCommand.Create(),
    ListCommand.Create(),
    CopyCommand.Create(),
    LogsCommand.Create(),
    RolloutCommand.Create(),
    KillCommand.Create(),
    DoctorCommand.Create(new LocalDoctor()),
    new Command("serve", "Start the server; the arguments are those of caisson-server."),
    new Command("key", "Make, list and revoke API keys; the arguments are those of caisson-server key."),
};
var parsed = root.Parse(args);
if (parsed.Errors is [var error, ..])
{
    await Console.Error.WriteLineAsync($"caisson: {Plain.Text(error.Message)}");
    await Console.Error.WriteLineAsync("see 'caisson --help'");
    return Guarded.Failed;
}

return await parsed.InvokeAsync();
