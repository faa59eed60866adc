using Caisson.Connect;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Dialects.E2b.Envd.Process.Wire;

namespace Caisson.Dialects.E2b.Envd.Process;

/// <summary>The unary procedures on processes.</summary>
internal static class ProcessCalls
{
    public static async Task<ListProcessesResponse> ListAsync(Empty request, ConnectContext context)
    {
        var processes = await EnvdCall.Of(context.Http).Guest.ListAsync(context.Cancellation);
        return new ListProcessesResponse
        {
            Processes =
            [
                .. processes.Select(process => new ProcessView
                {
                    Pid = process.Pid,
                    Tag = process.Tag,
                    Config = new ProcessConfig
                    {
                        Cmd = process.Command,
                        Args = [.. process.Arguments],
                        Envs = new Dictionary<string, string>(process.Environment, StringComparer.Ordinal),
                        Cwd = process.WorkingDirectory,
                    },
                }),
            ],
        };
    }

    public static async Task<Empty> SendInputAsync(SendInputRequest request, ConnectContext context)
    {
        await WriteAsync(context, Selector.Required(request.Process), request.Input);
        return Empty.Message;
    }

    public static async Task<Empty> CloseInputAsync(SelectRequest request, ConnectContext context)
    {
        var process = Selector.Required(request.Process);
        await NamingAsync(process, () => EnvdCall.Of(context.Http).Guest.CloseInputAsync(process, context.Cancellation));
        return Empty.Message;
    }

    public static async Task<Empty> SignalAsync(SendSignalRequest request, ConnectContext context)
    {
        var process = Selector.Required(request.Process);
        if (request.Signal is not (ProcessSignal.Kill or ProcessSignal.Terminate))
            throw new CaissonException(ErrorCode.InvalidArgument, "signal must be SIGNAL_SIGKILL or SIGNAL_SIGTERM");

        // The whole group: a shell's children would otherwise live on and hold its output open.
        var guest = EnvdCall.Of(context.Http).Guest;
        await NamingAsync(process, () => guest.SignalAsync(process, (int)request.Signal, group: true, context.Cancellation));
        return Empty.Message;
    }

    public static async Task<Empty> UpdateAsync(UpdateRequest request, ConnectContext context)
    {
        var process = Selector.Required(request.Process);
        if (request.Pty?.Size is { } size)
            await NamingAsync(process, () => EnvdCall.Of(context.Http).Guest.ResizeAsync(process, ProcessRequests.Size(size), context.Cancellation));
        return Empty.Message;
    }

    public static Task WriteAsync(ConnectContext context, ProcessSelector process, ProcessInput? input)
    {
        var data = input?.Stdin ?? input?.Pty ?? throw new CaissonException(ErrorCode.InvalidArgument, "input must be stdin or pty");
        return NamingAsync(process, () => EnvdCall.Of(context.Http).Guest.WriteInputAsync(process, data, context.Cancellation));
    }

    /// <summary>Awaits a call, saying in E2B's words when there is no such process.</summary>
    public static async Task NamingAsync(ProcessSelector process, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (CaissonException error) when (error.Code == ErrorCode.NotFound)
        {
            throw NotFound(process, error);
        }
    }

    public static CaissonException NotFound(ProcessSelector process, Exception inner) =>
        new(ErrorCode.NotFound, $"process with {process} not found", inner: inner);
}
