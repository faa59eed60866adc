using System.Text;
using System.Threading.Channels;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;

namespace Caisson.Interpreter.Zygotes;

/// <summary>One sandbox with an interpreter in it from which executions are forked, each in a cell.</summary>
internal sealed class Zygote : IAsyncDisposable
{
    private const string Socket = "caisson-zygote";
    private static readonly TimeSpan _killPatience = TimeSpan.FromSeconds(5);

    private readonly ISandbox _sandbox;
    private readonly IExecution _process;
    private readonly ZygoteChannel _channel;
    private readonly List<ZygoteCell> _cells = [];
    private readonly Channel<ZygoteCell> _free = Channel.CreateUnbounded<ZygoteCell>();
    private readonly ZygoteOptions _options;
    private readonly TimeProvider _time;
    private readonly long _since;

    private Zygote(ISandbox sandbox, IExecution process, ZygoteChannel channel, ZygoteOptions options, TimeProvider time)
    {
        (_sandbox, _process, _channel, _options, _time) = (sandbox, process, channel, options, time);
        _since = time.GetTimestamp();
    }

    /// <summary>How many executions it has been given.</summary>
    public int Count { get; set; }

    /// <summary>How many it has now.</summary>
    public int Running { get; set; }

    /// <summary>Since when it has had none.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether it is to be given no more.</summary>
    public bool IsSpent => _channel.Closed.IsCompleted || _sandbox.Ended.IsCompleted || Count >= _options.MaxExecutions || _time.GetElapsedTime(_since) > _options.MaxAge;

    /// <summary>Makes a sandbox into a zygote's; on failure the sandbox is the caller's to end.</summary>
    public static async Task<Zygote> StartAsync(ISandbox sandbox, ZygoteKey key, ZygoteOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var nesting = sandbox.Nesting ?? throw new CaissonException(ErrorCode.Unsupported, $"the wall '{sandbox.Info.Wall}' cannot be divided into cells");
        await ZygoteProgram.WriteAsync(sandbox.Guest.Files, cancellation);
        var process = await sandbox.Guest.StartAsync(
            new ExecRequest { Command = "/usr/bin/python3", Arguments = ZygoteProgram.Arguments(key.Kind, Socket), User = "root", WorkingDirectory = "/", Input = true, Journaled = false }, cancellation);
        ZygoteChannel? channel = null;
        Zygote? zygote = null;
        try
        {
            await ListeningAsync(process, cancellation);
            channel = new ZygoteChannel(await nesting.ConnectAsync(Socket, cancellation));
            await channel.SendAsync(ZygoteFrame.Hello, 0, 0, Hello(nesting.Closing, ZygoteProgram.Modules(key.Kind)));
            await channel.Ready.WaitAsync(cancellation);
            zygote = new Zygote(sandbox, process, channel, options, time);
            await zygote.AddCellsAsync(nesting, cancellation);
            return zygote;
        }
        catch
        {
            if (zygote is not null)
                await zygote.LetGoAsync();
            else if (channel is not null)
                await channel.DisposeAsync();
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one in a cell of its own; some things only a sandbox of its own can tell.</summary>
    public async Task<ForkedOutcome> RunAsync(ForkedTask task, CancellationToken cancellation)
    {
        var cell = await TakeAsync(cancellation);
        ZygoteRun? run = null;
        try
        {
            cell.Limit(task.Execution.Spec.Resources);
            var kills = cell.Ground.OutOfMemoryKills;
            var began = _time.GetTimestamp();
            (var id, run) = await _channel.StartAsync(cell.Number, task.Encode());
            try
            {
                var exit = await EndAsync(id, run, task.Step.Timeout + _options.Patience, cancellation);
                return ForkedResult.Of(task, run, exit, _time.GetElapsedTime(began), () => cell.Ground.OutOfMemoryKills > kills, cell.Ground.Denials);
            }
            finally
            {
                _channel.Forget(id);
            }
        }
        finally
        {
            await GiveBackAsync(cell, run is { Ended.IsCompletedSuccessfully: true });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await LetGoAsync();
        await _process.DisposeAsync();
    }

    private async Task<ZygoteExit> EndAsync(uint id, ZygoteRun run, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            return await run.Ended.WaitAsync(limit, _time, cancellation);
        }
        catch (TimeoutException late)
        {
            throw new CaissonException(ErrorCode.Unavailable, "the zygote did not say how an execution ended", kind: FailureKind.Infrastructure, inner: late);
        }
        catch (OperationCanceledException)
        {
            await _channel.SendAsync(ZygoteFrame.Kill, 0, id, default);
            await ((Task)run.Ended.WaitAsync(_killPatience, _time, CancellationToken.None)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task<ZygoteCell> TakeAsync(CancellationToken cancellation)
    {
        try
        {
            return await _free.Reader.ReadAsync(cancellation);
        }
        catch (ChannelClosedException broken)
        {
            throw new CaissonException(ErrorCode.Unavailable, "the zygote of this execution ended", "It is tried again on another.", FailureKind.Infrastructure, broken);
        }
    }

    // A cell of which we do not know that it is empty is used no more, and neither is its zygote.
    private async Task GiveBackAsync(ZygoteCell cell, bool isEmpty)
    {
        if (!isEmpty)
        {
            _free.Writer.TryComplete();
            await _channel.DisposeAsync();
            return;
        }

        if (cell.Ground.HasTraces)
        {
            await cell.Ground.RenewNetworkAsync();
            await _channel.HandAsync(cell.Number, cell.Ground);
        }

        _free.Writer.TryWrite(cell);
    }

    private async Task AddCellsAsync(INesting nesting, CancellationToken cancellation)
    {
        for (ushort number = 0; number < _options.Cells; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            var cell = new ZygoteCell(number, await nesting.CreateCellAsync(number, new Resources()));
            _cells.Add(cell);
            await _channel.HandAsync(number, cell.Ground);
            _free.Writer.TryWrite(cell);
        }
    }

    // Groups can be removed when nobody is in them any more: the sandbox goes first.
    private async Task LetGoAsync()
    {
        await _channel.DisposeAsync();
        try
        {
            await _sandbox.KillAsync(CancellationToken.None);
        }
        catch (CaissonException gone) when (gone.Code == ErrorCode.NotFound)
        {
            // It ended by itself.
        }

        foreach (var cell in _cells)
            await cell.Ground.DisposeAsync();
    }

    private static byte[] Hello(ReadOnlyMemory<byte> closing, string modules) => [.. BitConverter.GetBytes(closing.Length), .. closing.Span, .. Encoding.ASCII.GetBytes(modules)];

    private static async Task ListeningAsync(IExecution process, CancellationToken cancellation)
    {
        var said = new StringBuilder();
        await foreach (var happened in process.ReadAsync(cancellation))
        {
            if (happened is ExecOutputEvent piece)
                said.Append(Encoding.UTF8.GetString(piece.Data.Span));
            if (said.ToString().Contains("listening\n", StringComparison.Ordinal))
                return;
            if (happened is ExecExited)
                break;
        }

        throw new CaissonException(ErrorCode.Unavailable, $"the zygote did not start: {said}", kind: FailureKind.Infrastructure);
    }
}
