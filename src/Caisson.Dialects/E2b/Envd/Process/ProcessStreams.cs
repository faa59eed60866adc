using System.Runtime.CompilerServices;
using Caisson.Connect;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using Caisson.Dialects.E2b.Envd.Process.Wire;

namespace Caisson.Dialects.E2b.Envd.Process;

/// <summary>The streams of events of one process; a caller that leaves them leaves the process alone.</summary>
internal static class ProcessStreams
{
    public static IAsyncEnumerable<EventFrame> StartAsync(StartRequest request, ConnectContext context)
    {
        // The deadline is the process's too, and the guest keeps it even when the caller hangs up before.
        var call = EnvdCall.Of(context.Http);
        return WithKeepAlive(call, context, token => call.Guest.StartAsync(ProcessRequests.From(request, call, context.Timeout), token));
    }

    public static IAsyncEnumerable<EventFrame> AttachAsync(AttachRequest request, ConnectContext context)
    {
        var call = EnvdCall.Of(context.Http);
        return WithKeepAlive(call, context, async token =>
        {
            var process = Selector.Required(request.Process);
            try
            {
                return await call.Guest.AttachAsync(process, fromOffset: null, token);
            }
            catch (CaissonException error) when (error.Code == ErrorCode.NotFound)
            {
                throw ProcessCalls.NotFound(process, error);
            }
        });
    }

    private static IAsyncEnumerable<EventFrame> WithKeepAlive(EnvdCall call, ConnectContext context, Func<CancellationToken, Task<IExecution>> open) =>
        KeepAlive.Interleave(EventsAsync(call, open, context.Cancellation), KeepAlive.Interval(context.Http), EventFrame.Ping, call.Time, context.Cancellation);

    private static async IAsyncEnumerable<EventFrame> EventsAsync(
        EnvdCall call,
        Func<CancellationToken, Task<IExecution>> open,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var execution = await open(cancellation);
        yield return new EventFrame { Event = new ProcessEvent { Start = new StartEvent { Pid = execution.Pid } } };
        await foreach (var item in execution.ReadAsync(cancellation))
        {
            switch (item)
            {
                case ExecOutputEvent output:
                    yield return new EventFrame { Event = new ProcessEvent { Data = Data(output) } };
                    break;
                case ExecExited { TimedOut: true }:
                    throw new CaissonException(ErrorCode.DeadlineExceeded, "the process ran into its deadline and was killed");
                case ExecExited { Signal: not null } when call.Sandbox.Info.State != SandboxState.Running:
                    throw new CaissonException(ErrorCode.Unavailable, "the sandbox was killed");
                case ExecExited exit:
                    yield return new EventFrame { Event = new ProcessEvent { End = ProcessEnds.From(exit) } };
                    yield break;
            }
        }
    }

    private static DataEvent Data(ExecOutputEvent output) => output.Stream switch
    {
        OutputStream.StandardOutput => new DataEvent { Stdout = output.Data },
        OutputStream.StandardError => new DataEvent { Stderr = output.Data },
        _ => new DataEvent { Pty = output.Data },
    };
}
