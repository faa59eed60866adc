using System.CommandLine;
using Caisson.Cli.Terminals;
using Caisson.Client;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Cli.Commands;

/// <summary><c>caisson shell</c>: this terminal, connected to one in a sandbox.</summary>
internal static class ShellCommand
{
    public static Command Create()
    {
        var id = Arguments.Sandbox();
        var program = Arguments.Program(ArgumentArity.ZeroOrMore);
        var user = new Option<string?>("--user") { Description = "The user inside." };
        var cwd = new Option<string?>("--cwd") { Description = "The working directory." };
        var command = new Command("shell", "Open a terminal in a sandbox.") { id, program, user, cwd };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            if (!RawTerminal.Present)
                throw new CaissonException(ErrorCode.InvalidArgument, "A shell needs a terminal.", "Use 'caisson exec' for programs without one.");
            string[] line = parsed.GetValue(program) is { Length: > 0 } named ? named : ["/bin/sh", "-c", "exec \"$(command -v bash || echo sh)\" -i"];
            using var client = Connection.Open();
            var sandbox = await client.GetAsync(parsed.GetValue(id)!, cancellation);
            return await ConnectAsync(
                sandbox,
                new ExecRequest
                {
                    Command = line[0],
                    Arguments = line[1..],
                    User = parsed.GetValue(user),
                    WorkingDirectory = parsed.GetValue(cwd),
                    Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["TERM"] = Environment.GetEnvironmentVariable("TERM") ?? "xterm" },
                    Terminal = RawTerminal.Size,
                },
                cancellation);
        }));
        return command;
    }

    private static async Task<int> ConnectAsync(RemoteSandbox sandbox, ExecRequest request, CancellationToken cancellation)
    {
        await using var execution = await sandbox.StartAsync(request, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var changed = new SemaphoreSlim(0, 1);
        using var terminal = RawTerminal.Enter(() => Signal(changed));
        var resizing = ResizeAsync(execution, changed, stop.Token);
        var typing = TypeAsync(execution, stop.Token);
        try
        {
            await using var output = Descriptors.Output();
            await foreach (var item in execution.ReadAsync(cancellation))
            {
                if (item is ExecOutputEvent piece)
                    await output.WriteAsync(piece.Data, cancellation);
                else if (item is ExecOutcome outcome)
                    return ExecCommand.ExitCode(outcome.ExitCode, outcome.Signal, outcome.Failure);
            }

            return Guarded.Failed;
        }
        finally
        {
            await stop.CancelAsync();
            await resizing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // Not waited for: a read of a terminal cannot be cancelled, and the process ends now anyway.
            _ = typing;
        }
    }

    private static void Signal(SemaphoreSlim changed)
    {
        try
        {
            changed.Release();
        }
        catch (Exception known) when (known is SemaphoreFullException or ObjectDisposedException)
        {
            // One change waiting stands for all of them.
        }
    }

    private static async Task ResizeAsync(RemoteExecution execution, SemaphoreSlim changed, CancellationToken cancellation)
    {
        while (true)
        {
            await changed.WaitAsync(cancellation);
            await execution.ResizeAsync(RawTerminal.Size, cancellation);
        }
    }

    private static async Task TypeAsync(RemoteExecution execution, CancellationToken cancellation)
    {
        try
        {
            await using var source = Descriptors.Input();
            await execution.WriteInputAsync(source, cancellation);
        }
        catch (Exception failure) when (failure is CaissonException or OperationCanceledException or IOException)
        {
            // What was typed after the end of the shell is for nobody.
        }
    }
}
