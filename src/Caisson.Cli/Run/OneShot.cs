using System.Runtime.InteropServices;
using Caisson.Cli.Terminals;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Interop;
using Caisson.Network.Egress;
using Microsoft.Extensions.Logging.Abstractions;

namespace Caisson.Cli.Run;

/// <summary>Starts a sandbox, runs one command in it, and takes it down.</summary>
internal static class OneShot
{
    private const int TimedOut = 124;
    private const int NotExecutable = 126;
    private const int NotFound = 127;
    private static readonly PosixSignal[] _passedOn = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    public static async Task<int> RunAsync(RunPlan plan, bool json, CancellationToken cancellation)
    {
        foreach (var notice in plan.Notices)
            await Console.Error.WriteLineAsync($"caisson: {notice}");
        var timeline = new DenialLog();
        await using var gateway = new EgressGateway(new EgressGatewayOptions { DnsServer = plan.Dns, TrustUpstreamProxy = true }, TimeProvider.System, NullLogger<EgressGateway>.Instance);
        var wall = await AutoWall.FindAsync(plan.Spec, terminal: !json && RawTerminal.Present, gateway, cancellation);
        var id = SandboxId.New();
        var state = Path.Combine(Path.GetTempPath(), $"caisson-{id}");
        await using var sandbox = await wall.StartAsync(
            new StartRequest(id, plan.Spec, new RootFileSystem([], Writable: false, MultiUser: false), state, timeline, Detached: false), cancellation);
        using var report = new RunReport();
        int code;
        try
        {
            code = await ExecuteAsync(sandbox, wall.Capabilities.HasFlag(WallCapabilities.Terminals), plan, json ? report : null, cancellation);
        }
        catch (OutputClosedException closed)
        {
            code = closed.ExitCode;
        }

        await sandbox.KillAsync(CancellationToken.None);
        if (json)
            report.Print(code, timeline.Denials);
        else
            timeline.Tell(Console.Error);
        return code;
    }

    private static async Task<int> ExecuteAsync(IWalledSandbox sandbox, bool hasTerminals, RunPlan plan, RunReport? report, CancellationToken cancellation)
    {
        var atTerminal = report is null && RawTerminal.Present;
        var interactive = atTerminal && hasTerminals;
        var request = new ExecRequest
        {
            Command = plan.Command[0],
            Arguments = [.. plan.Command.Skip(1)],
            WorkingDirectory = plan.WorkingDirectory,
            Terminal = interactive ? RawTerminal.Size : null,
            Input = !interactive && (atTerminal || Console.IsInputRedirected),
            Timeout = plan.Timeout,
            OutputLimit = plan.Spec.Resources.OutputBytes,
        };
        IExecution execution;
        try
        {
            execution = await sandbox.Guest.StartAsync(request, cancellation);
        }
        catch (CaissonException e) when (e.Code is ErrorCode.NotFound or ErrorCode.PermissionDenied)
        {
            await Console.Error.WriteLineAsync($"caisson: {e.Message}");
            report?.Fail(e);
            return e.Code == ErrorCode.NotFound ? NotFound : NotExecutable;
        }

        await using (execution)
        {
            var process = new ProcessSelector(execution.Pid);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var terminal = interactive
                ? RawTerminal.Enter(() => Pass(sandbox.Guest.ResizeAsync(process, RawTerminal.Size, ending.Token)))
                : null;
            var signals = Array.ConvertAll(_passedOn, signal => PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Pass(sandbox.Guest.SignalAsync(process, Number(context.Signal), group: true, ending.Token));
            }));
            var input = interactive || request.Input ? InputPump.Start(sandbox.Guest, process, closes: !interactive, ending.Token) : null;
            var end = await WithMemoryAsync(await CopyAsync(execution, report, cancellation), sandbox, cancellation);
            await ending.CancelAsync();
            input?.Abandon();
            Array.ForEach(signals, registration => registration.Dispose());
            if (end.OutputDropped > 0)
                await Console.Error.WriteLineAsync($"caisson: {end.OutputDropped} bytes of output were dropped; raise --output");
            if (end.OutOfMemory)
                await Console.Error.WriteLineAsync("caisson: the memory limit ended it; raise --memory");
            report?.End(end);
            return end.TimedOut ? TimedOut : end.ExitCode ?? 128 + (end.Signal ?? Flags.SIGKILL);
        }
    }

    private static async Task<ExecExited> CopyAsync(IExecution execution, RunReport? report, CancellationToken cancellation)
    {
        await using var output = Descriptors.Output();
        await using var error = Descriptors.Error();
        await foreach (var item in execution.ReadAsync(cancellation))
        {
            switch (item)
            {
                case ExecOutputEvent piece when report is not null:
                    report.Add(piece);
                    break;
                case ExecOutputEvent piece:
                    (piece.Stream == OutputStream.StandardError ? error : output).Write(piece.Data.Span);
                    break;
                case ExecExited end:
                    return end;
            }
        }

        throw new CaissonException(ErrorCode.Internal, "the command's end was not told", "run 'caisson doctor'");
    }

    // A control group tells of its limit only afterwards, and not whom it ended.
    private static async Task<ExecExited> WithMemoryAsync(ExecExited end, IWalledSandbox sandbox, CancellationToken cancellation)
    {
        if (end is { OutOfMemory: true } or { TimedOut: true } or { ExitCode: 0 })
            return end;
        return (await sandbox.UsageAsync(cancellation)).OutOfMemoryKills > 0 ? end with { OutOfMemory = true } : end;
    }

    // What a signal or a resize asks of a command that may just have ended is allowed to fail.
    private static void Pass(Task call) => _ = call.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);

    private static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => 1,
    };
}
