using System.CommandLine;
using Caisson.Cli.Commands;
using Caisson.Cli.Output;
using Caisson.Client;
using Caisson.Core.Failures;
using Caisson.Core.Policy;

namespace Caisson.Cli.Templates;

/// <summary><c>caisson template build</c>: a template of a Dockerfile.</summary>
internal static class TemplateBuildCommand
{
    private const int Patience = 60;

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var file = new Option<string>("--file", "-f") { Description = "The Dockerfile.", DefaultValueFactory = _ => "Dockerfile" };
        var context = new Option<string?>("--context") { Description = "The directory that COPY takes from; the Dockerfile's own when left out." };
        var name = new Option<string>("--name") { Description = "NAME[:TAG] of the template.", Required = true };
        var arguments = Arguments.Pairs("--build-arg", "A value for an ARG.");
        var allow = new Option<string[]>("--allow") { Description = "A destination that steps may reach: a host, *.suffix, *, an address or a range. May be repeated." };
        var start = new Option<string?>("--start") { Description = "A shell command that is started in every new sandbox." };
        var ready = new Option<string?>("--ready") { Description = "A shell command that succeeds once a new sandbox is ready." };
        var force = new Option<bool>("--no-cache") { Description = "Run every step." };
        var timeout = new Option<string?>("--step-timeout") { Description = "How long one step may take. A number and s, m, h or d." };
        var command = new Command("build", "Build a template of a Dockerfile.") { file, context, name, arguments, allow, start, ready, force, timeout };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            var path = parsed.GetValue(file)!;
            if (!File.Exists(path))
                throw new CaissonException(ErrorCode.InvalidArgument, $"There is no file '{path}'.", "Name the Dockerfile with --file.");
            var text = await File.ReadAllTextAsync(path, cancellation);
            using var client = Connection.Open();
            var build = new DockerfileBuild(parsed.GetValue(name)!, text)
            {
                Files = await SendFilesAsync(client, text, parsed.GetValue(context) ?? Path.GetDirectoryName(Path.GetFullPath(path))!, parsed.GetValue(context) is not null, cancellation),
                Arguments = Arguments.ReadPairs(parsed.GetValue(arguments)),
                Egress = new EgressPolicy { Allow = [.. (parsed.GetValue(allow) ?? []).Select(Rule)] },
                StartCommand = parsed.GetValue(start),
                ReadyCommand = parsed.GetValue(ready),
                Force = parsed.GetValue(force),
                StepTimeoutSeconds = Arguments.ReadTime(parsed.GetValue(timeout)) is { } limit ? (int)Math.Ceiling(limit.TotalSeconds) : null,
            };
            await FollowAsync(client, (await client.Templates.BuildAsync(build, cancellation)).Id, cancellation);
            return 0;
        }));
        return command;
    }

    private static async Task<string?> SendFilesAsync(CaissonClient client, string dockerfile, string directory, bool asked, CancellationToken cancellation)
    {
        if (!asked && !dockerfile.Split('\n').Any(CopiesFiles))
            return null;
        await using var context = await BuildContext.PackAsync(directory, cancellation);
        if (await client.Templates.HasFilesAsync(context.Hash, cancellation))
            return context.Hash;
        using var progress = new Progress("sending the context");
        await using var counted = new CountingStream(context.Content, progress.Report);
        await client.Templates.PutFilesAsync(context.Hash, counted, cancellation);
        return context.Hash;
    }

    private static bool CopiesFiles(string line)
    {
        var text = line.AsSpan().TrimStart();
        return text.StartsWith("COPY", StringComparison.OrdinalIgnoreCase) || text.StartsWith("ADD", StringComparison.OrdinalIgnoreCase);
    }

    // Whoever interrupts the command means the build too.
    private static async Task FollowAsync(CaissonClient client, string id, CancellationToken cancellation)
    {
        try
        {
            var read = 0;
            for (var failures = 0; ;)
            {
                try
                {
                    await foreach (var line in client.Templates.ReadLogAsync(id, read, cancellation))
                    {
                        (read, failures) = (read + 1, 0);
                        await Console.Error.WriteLineAsync(Plain.Text(line.Message));
                    }

                    break;
                }
                catch (CaissonException lost) when (lost.Code == ErrorCode.Unavailable && ++failures < Patience)
                {
                    await Task.Delay(_pause, TimeProvider.System, cancellation);
                }
            }
        }
        catch (OperationCanceledException)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await client.Templates.CancelBuildAsync(id, limit.Token);
            throw;
        }

        var build = await client.Templates.GetBuildAsync(id, cancellation);
        if (build.State != BuildState.Ready)
            throw new CaissonException(ErrorCode.InvalidArgument, $"the build failed{(build.FailedStep is { } step ? $" at step {step}" : "")}: {build.Message}");
        Console.WriteLine($"{build.Name}:{string.Join(',', build.Tags)}");
    }

    private static EgressRule Rule(string text) => EgressRule.TryParse(text, out var rule, out var error)
        ? rule
        : throw new CaissonException(ErrorCode.InvalidArgument, $"--allow: {error}.");
}
