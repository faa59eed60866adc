using System.CommandLine;
using Caisson.Cli.Commands;
using Caisson.Cli.Doctor;
using Caisson.Cli.Rollouts;
using Caisson.Cli.Run;
using Caisson.Cli.Secrets;
using Caisson.Cli.State;
using Caisson.Cli.Templates;
using Caisson.Cli.Volumes;

namespace Caisson.Cli;

/// <summary>Every command there is, in the order in which help lists them.</summary>
internal static class CommandList
{
    private static readonly NamedCommand[] _all =
    [
        new("run", RunCommand.Create),
        new("create", CreateCommand.Create),
        new("exec", ExecCommand.Create),
        new("shell", ShellCommand.Create),
        new("ls", ListCommand.Create),
        new("cp", CopyCommand.Create),
        new("logs", LogsCommand.Create),
        new("rollout", RolloutCommand.Create),
        new("template", TemplateCommand.Create),
        new("pause", PauseCommand.Create),
        new("resume", ResumeCommand.Create),
        new("snapshot", SnapshotCommand.Create),
        new("fork", ForkCommand.Create),
        new("volume", VolumeCommand.Create),
        new("secret", SecretCommand.Create),
        new("kill", KillCommand.Create),
        new("doctor", () => DoctorCommand.Create(new LocalDoctor())),
        new("verify", VerifyCommand.Create),
        new("advise", () => AdviseCommand.Create(new LocalDoctor())),
        new("serve", () => new Command("serve", "Start the server; the arguments are those of caisson-server.")),
        new("key", () => new Command("key", "Make, list and revoke API keys; the arguments are those of caisson-server key.")),
    ];

    /// <summary>Parses the arguments of the whole program; only the command that is asked for is made, since a start counts here.</summary>
    public static ParseResult Parse(string[] arguments)
    {
        // Without a root above it a command has no help, and needs none here; a root costs a millisecond.
        if (arguments is ["run", ..] && Array.IndexOf(arguments, "--") is > 0 and var dash && !arguments[1..dash].Any(IsForHelp))
            return RunCommand.Create().Parse(arguments[1..]);
        var root = new RootCommand("Self-hosted sandboxes for AI agents.");
        var named = arguments is [var name, ..] ? Array.Find(_all, command => command.Name == name) : null;
        foreach (var command in named is null ? _all : [named])
            root.Add(command.Create());
        return root.Parse(arguments);
    }

    private static bool IsForHelp(string argument) => argument is "--help" or "-h" or "-?" or "--version";
}
