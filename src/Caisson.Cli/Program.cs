using Caisson.Cli;
using Caisson.Cli.Output;
using Caisson.Cli.Server;

// The server's own commands are handed over before anything is parsed: their arguments are the server's business.
if (args is ["serve" or "key", ..])
    return ServerLauncher.Exec(args);

var parsed = CommandList.Parse(args);
if (parsed.Errors is [var error, ..])
{
    await Console.Error.WriteLineAsync($"caisson: {Plain.Text(error.Message)}");
    await Console.Error.WriteLineAsync("see 'caisson --help'");
    return Guarded.Failed;
}

return await parsed.InvokeAsync();
