using Caisson.Core.Guests;
using Caisson.Protocol.Messages;
using Google.Protobuf;

namespace Caisson.Protocol.Host;

public sealed partial class GuestClient
{
    private const int InputPiece = 64 << 10;

    /// <inheritdoc/>
    public Task ConfigureAsync(GuestConfiguration configuration, CancellationToken cancellation)
    {
        var message = new Configure
        {
            DefaultUser = configuration.DefaultUser,
            WorkingDirectory = configuration.WorkingDirectory ?? "",
            HostName = configuration.HostName ?? "",
        };
        message.Environment.Add(configuration.Environment.ToDictionary(StringComparer.Ordinal));
        return InvokeAsync(new Call { Configure = message }, cancellation);
    }

    /// <inheritdoc/>
    public Task<IExecution> StartAsync(ExecRequest request, CancellationToken cancellation)
    {
        var message = new Start
        {
            Command = request.Command,
            WorkingDirectory = request.WorkingDirectory ?? "",
            User = request.User ?? "",
            Input = request.Input,
            Tag = request.Tag ?? "",
            TimeoutMs = request.Timeout is { } limit ? Math.Max(1, (long)limit.TotalMilliseconds) : 0,
            OutputLimit = request.OutputLimit,
        };
        message.Arguments.AddRange(request.Arguments);
        message.Environment.Add(request.Environment.ToDictionary(StringComparer.Ordinal));
        if (request.Terminal is { } size)
            message.Terminal = ToMessage(size);
        return OpenExecutionAsync(new Call { Start = message }, cancellation);
    }

    /// <inheritdoc/>
    public Task<IExecution> AttachAsync(ProcessSelector process, long? fromOffset, CancellationToken cancellation)
    {
        var message = new Attach { Process = ToMessage(process) };
        if (fromOffset is { } offset)
            message.FromOffset = offset;
        return OpenExecutionAsync(new Call { Attach = message }, cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ProcessInfo>> ListAsync(CancellationToken cancellation)
    {
        var reply = await AskAsync(new Call { List = new ListProcesses() }, cancellation).ConfigureAwait(false);
        return [.. reply.Processes.Processes.Select(p => new ProcessInfo(
            p.Pid, p.Tag.Length == 0 ? null : p.Tag, p.Command, p.Arguments, p.Environment.ToDictionary(StringComparer.Ordinal), p.WorkingDirectory.Length == 0 ? null : p.WorkingDirectory))];
    }

    /// <inheritdoc/>
    public async Task WriteInputAsync(ProcessSelector process, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        do
        {
            var piece = data[..Math.Min(data.Length, InputPiece)];
            await InvokeAsync(new Call { Input = new Input { Process = ToMessage(process), Data = ByteString.CopyFrom(piece.Span) } }, cancellation).ConfigureAwait(false);
            data = data[piece.Length..];
        }
        while (data.Length > 0);
    }

    /// <inheritdoc/>
    public Task CloseInputAsync(ProcessSelector process, CancellationToken cancellation) =>
        InvokeAsync(new Call { CloseInput = new CloseInput { Process = ToMessage(process) } }, cancellation);

    /// <inheritdoc/>
    public Task SignalAsync(ProcessSelector process, int signal, bool group, CancellationToken cancellation) =>
        InvokeAsync(new Call { Signal = new SendSignal { Process = ToMessage(process), Signal = signal, Group = group } }, cancellation);

    /// <inheritdoc/>
    public Task ResizeAsync(ProcessSelector process, Core.Guests.TerminalSize size, CancellationToken cancellation) =>
        InvokeAsync(new Call { Resize = new Resize { Process = ToMessage(process), Size = ToMessage(size) } }, cancellation);

    /// <inheritdoc/>
    public async Task<GuestStatistics> StatisticsAsync(CancellationToken cancellation)
    {
        var reply = await AskAsync(new Call { Statistics = new Statistics() }, cancellation).ConfigureAwait(false);
        return new GuestStatistics(reply.Disk.UsedBytes, reply.Disk.TotalBytes, reply.Disk.Processes);
    }

    /// <summary>Makes the guest bound memory and processes itself, where the host has no cgroups for it.</summary>
    public Task SuperviseAsync(GuestConfiguration configuration, long memoryBytes, int pids, CancellationToken cancellation)
    {
        var message = new Configure
        {
            DefaultUser = configuration.DefaultUser,
            WorkingDirectory = configuration.WorkingDirectory ?? "",
            HostName = configuration.HostName ?? "",
            Supervise = true,
            MemoryBytes = memoryBytes,
            Pids = pids,
        };
        message.Environment.Add(configuration.Environment.ToDictionary(StringComparer.Ordinal));
        return InvokeAsync(new Call { Configure = message }, cancellation);
    }

    internal async Task<Reply> AskAsync(Call request, CancellationToken cancellation)
    {
        await using var call = await OpenAsync(request, cancellation).ConfigureAwait(false);
        return await call.SingleAsync(cancellation).ConfigureAwait(false);
    }

    internal async Task InvokeAsync(Call request, CancellationToken cancellation)
    {
        await using var call = await OpenAsync(request, cancellation).ConfigureAwait(false);
        await call.CompleteAsync(cancellation).ConfigureAwait(false);
    }

    private static Selector ToMessage(ProcessSelector process) => new() { Pid = process.Pid, Tag = process.Tag ?? "" };

    private static Messages.TerminalSize ToMessage(Core.Guests.TerminalSize size) => new() { Columns = size.Columns, Rows = size.Rows };

    private async Task<IExecution> OpenExecutionAsync(Call request, CancellationToken cancellation)
    {
        var call = await OpenAsync(request, cancellation).ConfigureAwait(false);
        try
        {
            var reply = await call.SingleAsync(cancellation).ConfigureAwait(false);
            return new GuestExecution(call, reply.Started.Pid);
        }
        catch
        {
            await call.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
