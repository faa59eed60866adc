using System.CommandLine;
using System.Text.Json;
using Caisson.Cli.Output;
using Caisson.Cli.Terminals;
using Caisson.Client;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Cli.Commands;

/// <summary><c>caisson exec</c>: runs a program in a sandbox as if it ran here.</summary>
internal static class ExecCommand
{
    public static Command Create()
    {
        var id = Arguments.Sandbox();
        var program = Arguments.Program(ArgumentArity.OneOrMore);
        var user = new Option<string?>("--user") { Description = "The user inside." };
        var cwd = new Option<string?>("--cwd") { Description = "The working directory." };
        var environment = Arguments.Pairs("--env", "A variable.");
        var timeout = Arguments.Time("The program is killed after this long.");
        var json = new Option<bool>("--json") { Description = "Print the result as JSON when the program has ended." };
        var detach = new Option<bool>("--detach", "-d") { Description = "Print the pid and leave the program running." };
        var command = new Command("exec", "Run a program in a sandbox.") { id, program, user, cwd, environment, timeout, json, detach };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            var line = parsed.GetValue(program)!;
            var request = new ExecRequest
            {
                Command = line[0],
                Arguments = line[1..],
                User = parsed.GetValue(user),
                WorkingDirectory = parsed.GetValue(cwd),
                Environment = Arguments.ReadPairs(parsed.GetValue(environment)),
                Timeout = Arguments.ReadTime(parsed.GetValue(timeout)),
            };
            using var client = Connection.Open();
            var sandbox = await client.GetAsync(parsed.GetValue(id)!, cancellation);
            return parsed.GetValue(detach) ? await DetachAsync(sandbox, request, cancellation)
                : parsed.GetValue(json) ? await CollectAsync(sandbox, request, cancellation)
                : await StreamAsync(sandbox, request with { Input = Libc.IsTerminal(0) == 0 }, cancellation);
        }));
        return command;
    }

    /// <summary>The exit code by which a shell tells how a program ended; a failure that is not the program's own has codes of its own.</summary>
    public static int ExitCode(int? exitCode, int? signal, FailureKind? failure) => failure switch
    {
        FailureKind.Timeout => 124,
        FailureKind.Infrastructure => Guarded.Failed,
        _ => exitCode ?? 128 + (signal ?? 0),
    };

    /// <summary>Says on standard error why a program failed, where it was not its own doing.</summary>
    public static void Explain(FailureKind? failure, string? message, IReadOnlyList<ExecDenial> denials)
    {
        if (failure is { } kind && kind != FailureKind.Task)
            Console.Error.WriteLine($"caisson: {kind.ToString().ToLowerInvariant()}{(message is null ? "" : $": {Plain.Text(message)}")}");
        foreach (var denial in denials)
            Console.Error.WriteLine($"caisson: refused {Plain.Text(denial.Host)}:{denial.Port} by {Plain.Text(denial.Rule)}{(denial.Remedy is null ? "" : $"; {Plain.Text(denial.Remedy)}")}");
    }

    private static async Task<int> DetachAsync(RemoteSandbox sandbox, ExecRequest request, CancellationToken cancellation)
    {
        await using var execution = await sandbox.StartAsync(request, cancellation);
        Console.WriteLine(execution.Pid);
        return 0;
    }

    private static async Task<int> CollectAsync(RemoteSandbox sandbox, ExecRequest request, CancellationToken cancellation)
    {
        var input = Libc.IsTerminal(0) == 1 ? null : await new StreamReader(Descriptors.Input()).ReadToEndAsync(cancellation);
        var result = await sandbox.ExecAsync(request, input, cancellation);
        Console.WriteLine(JsonSerializer.Serialize(result, CliJson.Default.ExecResult));
        return ExitCode(result.ExitCode, result.Signal, result.Failure);
    }

    private static async Task<int> StreamAsync(RemoteSandbox sandbox, ExecRequest request, CancellationToken cancellation)
    {
        const int terminate = 15;
        await using var execution = await sandbox.StartAsync(request, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var input = request.Input ? FeedAsync(execution, stop.Token) : Task.CompletedTask;
        try
        {
            return await ReadAsync(execution, cancellation);
        }
        catch (OperationCanceledException)
        {
            await execution.SignalAsync(terminate, group: true, CancellationToken.None);
            throw;
        }
        finally
        {
            // Not waited for: a read of a pipe that nobody closes cannot be cancelled, and the process ends now anyway.
            await stop.CancelAsync();
            _ = input;
        }
    }

    private static async Task<int> ReadAsync(RemoteExecution execution, CancellationToken cancellation)
    {
        await using var output = Descriptors.Output();
        await using var error = Descriptors.Error();
        await foreach (var item in execution.ReadAsync(cancellation))
        {
            if (item is ExecOutputEvent piece)
            {
                await (piece.Stream == OutputStream.StandardError ? error : output).WriteAsync(piece.Data, cancellation);
            }
            else if (item is ExecOutcome outcome)
            {
                Explain(outcome.Failure, outcome.Message, outcome.Denials);
                return ExitCode(outcome.ExitCode, outcome.Signal, outcome.Failure);
            }
        }

        return Guarded.Failed;
    }

    private static async Task FeedAsync(RemoteExecution execution, CancellationToken cancellation)
    {
        try
        {
            await using var source = Descriptors.Input();
            await execution.WriteInputAsync(source, cancellation);
            await execution.CloseInputAsync(cancellation);
        }
        catch (Exception failure) when (failure is CaissonException or OperationCanceledException or IOException)
        {
            // A program may end without reading its input, like any at the end of a pipe.
        }
    }
}
