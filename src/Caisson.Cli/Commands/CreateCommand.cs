using System.CommandLine;
using System.Text.Json;
using Caisson.Cli.Output;
using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;

namespace Caisson.Cli.Commands;

/// <summary><c>caisson create</c>: starts a sandbox and prints its id.</summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        var template = new Option<string>("--template") { Description = "The template.", DefaultValueFactory = _ => "base" };
        var wall = new Option<string?>("--wall") { Description = "The wall; the server's default when left out." };
        var environment = Arguments.Pairs("--env", "A variable of every process.");
        var metadata = Arguments.Pairs("--label", "A label.");
        var timeout = Arguments.Time("How long it lives, 5m when left out.");
        var allow = new Option<string[]>("--allow") { Description = "A destination it may reach: a host, *.suffix, *, an address or a range. May be repeated." };
        var volumes = new Option<string[]>("--volume") { Description = "A volume inside, NAME:/PATH or NAME:/PATH:ro. May be repeated." };
        var json = new Option<bool>("--json") { Description = "Print all there is to say as JSON." };
        var command = new Command("create", "Create a sandbox and print its id.") { template, wall, environment, metadata, timeout, allow, volumes, json };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            var spec = new SandboxSpec
            {
                Template = parsed.GetValue(template)!,
                Wall = parsed.GetValue(wall),
                Environment = Arguments.ReadPairs(parsed.GetValue(environment)),
                Metadata = Arguments.ReadPairs(parsed.GetValue(metadata)),
                Lifecycle = new Lifecycle { Timeout = Arguments.ReadTime(parsed.GetValue(timeout)) },
                Volumes = [.. (parsed.GetValue(volumes) ?? []).Select(Volume)],
                Egress = new EgressPolicy { Allow = [.. (parsed.GetValue(allow) ?? []).Select(Rule)] },
            };
            using var client = Connection.Open();

            // Disposing the sandbox would end it; its id is what this command hands on.
            var sandbox = await client.CreateAsync(spec, cancellation);
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(sandbox.Description, CliJson.Default.SandboxDescription)
                : sandbox.Id);
            return 0;
        }));
        return command;
    }

    private static VolumeMount Volume(string text) => text.Split(':') switch
    {
        [var name, var path] => new VolumeMount(name, path),
        [var name, var path, "ro"] => new VolumeMount(name, path, ReadOnly: true),
        _ => throw new CaissonException(ErrorCode.InvalidArgument, $"--volume: '{text}' is not NAME:/PATH or NAME:/PATH:ro."),
    };

    private static EgressRule Rule(string text) => EgressRule.TryParse(text, out var rule, out var error)
        ? rule
        : throw new CaissonException(ErrorCode.InvalidArgument, $"--allow: {error}.");
}
