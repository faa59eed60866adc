using System.Text;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Protocol.Host;

namespace Caisson.Backends.Wasm;

/// <summary>The way to the worker of a sandbox, which is started when there is none and started again when it has died.</summary>
internal sealed class WorkerDoor(IWalledSandbox around, WorkerRequest request, TimeSpan patience) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private GuestConfiguration _configuration = request.Configuration;
    private GuestClient? _client;
    private long _outOfMemoryKills;
    private int _pid;

    /// <summary>The worker, ready.</summary>
    public async Task<GuestClient> OpenAsync(CancellationToken cancellation)
    {
        if (_client is { Closed.IsCompleted: false } open)
            return open;
        await _opening.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_client is { Closed.IsCompleted: false } meanwhile)
                return meanwhile;
            if (_client is { } dead)
                await dead.DisposeAsync().ConfigureAwait(false);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(patience);
            return _client = await ConnectAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CaissonException(ErrorCode.Unavailable, "the WebAssembly worker did not come up in time", "Try again when the host is less busy.");
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Sets what commands are given, of this worker and of those after it.</summary>
    public async Task ConfigureAsync(GuestConfiguration configuration, CancellationToken cancellation)
    {
        _configuration = configuration;
        await (await OpenAsync(cancellation).ConfigureAwait(false)).ConfigureAsync(configuration, cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether the memory limit ended the worker, and how it ended in words.</summary>
    public async Task<(bool OutOfMemory, string Reason)> DeathAsync(CancellationToken cancellation)
    {
        var kills = (await around.UsageAsync(cancellation).ConfigureAwait(false)).OutOfMemoryKills;
        if (kills > _outOfMemoryKills)
            return (true, "the sandbox's memory was used up");
        try
        {
            var (_, end, words) = await FollowAsync(cancellation).ConfigureAwait(false);
            return (end?.OutOfMemory ?? false, words.Length > 0 ? words : end?.Signal is { } signal ? $"signal {signal}" : $"code {end?.ExitCode}");
        }
        catch (CaissonException gone)
        {
            return (false, gone.Message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
            await _client.DisposeAsync().ConfigureAwait(false);
        _opening.Dispose();
    }

    private async Task<GuestClient> ConnectAsync(CancellationToken cancellation)
    {
        if (await FindAsync(cancellation).ConfigureAwait(false) is { } found)
            return found;
        await StartAsync(cancellation).ConfigureAwait(false);
        return await GreetAsync(await around.ConnectAsync(WorkerRequest.Port, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
    }

    // A worker of an earlier server, or null; one that is there but does not listen is dying, and is waited for.
    private async Task<GuestClient?> FindAsync(CancellationToken cancellation)
    {
        while ((await around.Guest.ListAsync(cancellation).ConfigureAwait(false)).FirstOrDefault(process => process.Tag == WorkerRequest.Tag) is { } worker)
        {
            _pid = worker.Pid;
            try
            {
                return await GreetAsync(await around.ConnectAsync(WorkerRequest.Port, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            }
            catch (CaissonException dead) when (dead.Code == ErrorCode.Unavailable && !around.Guest.Closed.IsCompleted)
            {
                await EndAsync(cancellation).ConfigureAwait(false);
            }
        }

        return null;
    }

    private async Task EndAsync(CancellationToken cancellation)
    {
        const int SigKill = 9;
        try
        {
            await around.Guest.SignalAsync(new ProcessSelector(_pid), SigKill, group: false, cancellation).ConfigureAwait(false);
            _ = await FollowAsync(cancellation).ConfigureAwait(false);
        }
        catch (CaissonException gone) when (gone.Code == ErrorCode.NotFound)
        {
            // So much the better.
        }
    }

    private async Task<GuestClient> GreetAsync(Stream stream, CancellationToken cancellation)
    {
        var client = new GuestClient(stream);
        try
        {
            // A worker of an earlier server knows its configuration already; to tell it again does no harm.
            await client.ConfigureAsync(_configuration, cancellation).ConfigureAwait(false);
            _outOfMemoryKills = (await around.UsageAsync(cancellation).ConfigureAwait(false)).OutOfMemoryKills;
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        await using var worker = await around.Guest.StartAsync(request.Start(), cancellation).ConfigureAwait(false);
        _pid = worker.Pid;
        var (ready, _, words) = await ReadAsync(worker, cancellation).ConfigureAwait(false);
        if (!ready)
            throw new CaissonException(ErrorCode.Internal, $"the WebAssembly worker did not start: {words}", "Run 'caisson doctor'.");
    }

    private async Task<(bool Ready, ExecExited? End, string Words)> FollowAsync(CancellationToken cancellation)
    {
        await using var worker = await around.Guest.AttachAsync(new ProcessSelector(_pid), 0, cancellation).ConfigureAwait(false);
        return await ReadAsync(worker, cancellation, toEnd: true).ConfigureAwait(false);
    }

    // What it says on its output is that it is ready; what it says on its error output is why it is not, or why it ended.
    private static async Task<(bool Ready, ExecExited? End, string Words)> ReadAsync(IExecution worker, CancellationToken cancellation, bool toEnd = false)
    {
        const int MostWords = 500;
        var words = new StringBuilder();
        await foreach (var item in worker.ReadAsync(cancellation).ConfigureAwait(false))
        {
            if (item is ExecExited end)
                return (false, end, Tail());
            if (item is ExecOutputEvent { Stream: OutputStream.StandardOutput } && !toEnd)
                return (true, null, Tail());
            if (item is ExecOutputEvent { Stream: OutputStream.StandardError } said && words.Length < MostWords)
                words.Append(Encoding.UTF8.GetString(said.Data.Span));
        }

        return (false, null, Tail());

        string Tail() => words.ToString().Trim() is { Length: > MostWords } text ? text[..MostWords] : words.ToString().Trim();
    }
}
