using System.CommandLine;

namespace Caisson.Cli.Run;

/// <summary><c>caisson run</c>: one command in a sandbox of its own, which is gone when the command has ended.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var workspace = Many("--workspace", "HOSTDIR[:INSIDE] that the command may write to; the current directory by default");
        var readOnly = Many("--read-only", "HOSTDIR[:INSIDE] that the command may read");
        var allow = Many("--allow", "host name, *.domain, address or CIDR range, with an optional :port, that the command may connect to");
        var deny = Many("--deny", "the same, refused even where --allow covers it");
        var environment = Many("--env", "KEY=VALUE for the command, or KEY to pass it on");
        var memory = new Option<string?>("--memory") { Description = "memory of all its processes together (default 2G)" };
        var pids = new Option<int?>("--pids") { Description = "processes and threads at once (default 512)" };
        var cpus = new Option<double?>("--cpus") { Description = "processor cores (default: all)" };
        var disk = new Option<string?>("--disk") { Description = "room in its /tmp and home (default 512M)" };
        var output = new Option<string?>("--output") { Description = "output after which the rest is dropped (default 64M)" };
        var timeout = new Option<string?>("--timeout") { Description = "time after which everything is killed (default: none)" };
        var settings = new Option<string?>("--settings") { Description = "settings file: the sandbox-runtime schema or a settings.json with a sandbox block" };
        var wall = new Option<string?>("--wall") { Description = "the wall to use, or auto to have one chosen (default bubblewrap)" };
        var dns = new Option<string?>("--dns") { Description = "SERVER[:PORT] that resolves allowed names (default: the host's resolver)" };
        var json = new Option<bool>("--json") { Description = "print one JSON document with output, exit and denials instead of passing output through" };
        var command = new Argument<string[]>("command") { Arity = ArgumentArity.OneOrMore, Description = "the program and its arguments, after --" };
        var run = new Command("run", "Run a command in a sandbox that is gone afterwards.")
        {
            workspace, readOnly, allow, deny, environment, memory, pids, cpus, disk, output, timeout, settings, wall, dns, json, command,
        };
        run.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var options = new RunOptions
            {
                Command = result.GetValue(command) ?? [],
                Workspaces = result.GetValue(workspace) ?? [],
                ReadOnly = result.GetValue(readOnly) ?? [],
                Allow = result.GetValue(allow) ?? [],
                Deny = result.GetValue(deny) ?? [],
                Environment = result.GetValue(environment) ?? [],
                Memory = result.GetValue(memory),
                Pids = result.GetValue(pids),
                Cpus = result.GetValue(cpus),
                Disk = result.GetValue(disk),
                Output = result.GetValue(output),
                Timeout = result.GetValue(timeout),
                Settings = result.GetValue(settings),
                Wall = result.GetValue(wall),
                Dns = result.GetValue(dns),
                Json = result.GetValue(json),
            };
            var plan = await RunPlanner.PlanAsync(options, Environment.CurrentDirectory, cancellation);
            return await OneShot.RunAsync(plan, options.Json, CancellationToken.None);
        }));
        return run;
    }

    private static Option<string[]> Many(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };
}
