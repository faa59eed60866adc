using Caisson.Core.Failures;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Sessions;
using Caisson.Engine.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.SweRex.Sandboxes;

/// <summary>One sandbox under its name, from the first call until its end.</summary>
/// <remarks>Its start belongs to no request: clients ask whether it lives with a patience of a tenth of a second, and go.</remarks>
internal sealed partial class NamedSandbox : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SandboxSource _source;
    private readonly SweRexOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<NamedSandbox> _ended;
    private readonly TaskCompletionSource<ISandbox> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _life = Task.CompletedTask;
    private Task? _closing;

    public NamedSandbox(SandboxAddress address, SandboxSource source, SweRexOptions options, TimeProvider time, ILogger logger, Action<NamedSandbox> ended)
    {
        (Address, _source, _options, _time, _logger, _ended) = (address, source, options, time, logger, ended);
        Sessions = new SessionTable(options, time);
    }

    public SandboxAddress Address { get; }

    public SessionTable Sessions { get; }

    /// <summary>Completes when it can be used, or with the reason why it cannot be started.</summary>
    public Task<ISandbox> Ready => _ready.Task;

    /// <summary>The end that was asked for, while it comes about.</summary>
    public Task? Closing => Volatile.Read(ref _closing);

    /// <summary>Why there is no sandbox any more, or null.</summary>
    public Exception? Over
    {
        get => Volatile.Read(ref field);
        private set => Volatile.Write(ref field, value);
    }

    /// <summary>The last answer that has an id.</summary>
    public (string Id, Answer Answer)? LastAnswer
    {
        get
        {
            lock (_gate)
                return field;
        }

        set
        {
            lock (_gate)
                field = value;
        }
    }

    /// <summary>Finds or starts the sandbox and watches over it.</summary>
    public void Start(CancellationToken stopping) => _life = Task.Run(() => LiveAsync(stopping), CancellationToken.None);

    /// <summary>Lets it live on from now.</summary>
    public async Task ExtendAsync(CancellationToken cancellation)
    {
        var sandbox = await Ready;
        // Each extension is written to the store, which is not worth it for seconds.
        if (sandbox.Info.EndsAt is { } end && end < _time.GetUtcNow() + (_options.Life * 0.9))
            await sandbox.ExtendAsync(_options.Life, cancellation);
    }

    /// <summary>Does a call inside; the sandbox lives as long as it takes.</summary>
    public async Task<T> HoldAsync<T>(Task<T> work, CancellationToken cancellation)
    {
        while (!work.IsCompleted && !cancellation.IsCancellationRequested)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(work, Task.Delay(_options.Life / 4, _time, enough.Token));
            await enough.CancelAsync();
            if (!work.IsCompleted && Over is null)
                await ExtendQuietlyAsync(cancellation);
        }

        return await work;
    }

    /// <summary>Ends the sandbox; done when it is gone.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
            return _closing ??= Task.Run(KillAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _life.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Closing is { } closing)
            await closing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LiveAsync(CancellationToken stopping)
    {
        try
        {
            var sandbox = _source.Find(Address) is { } left ? await TakeOverAsync(left, stopping) : await _source.StartAsync(Address, stopping);
            _ready.SetResult(sandbox);
            await sandbox.Ended.WaitAsync(stopping);
            Over = RaisedFailure.Lost($"The sandbox '{Address.Name}' has ended, and everything in it is gone. The next call starts a new one.");
        }
        catch (Exception e)
        {
            Over = e is OperationCanceledException ? new CaissonException(ErrorCode.Unavailable, "The server is stopping.", inner: e) : e;
            _ready.TrySetException(Over);
            // Whoever waited for it may have gone.
            await ((Task)_ready.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await Sessions.DisposeAsync();
            LastAnswer = null;
            _ended(this);
        }
    }

    // Its sessions were another server's: nobody can speak to them any more.
    private async Task<ISandbox> TakeOverAsync(ISandbox sandbox, CancellationToken cancellation)
    {
        try
        {
            await SessionTable.SweepAsync(sandbox.Guest, sandbox.Info.Defaults.User ?? _options.User, _time, cancellation);
        }
        catch (CaissonException e)
        {
            LogNotSwept(e, sandbox.Info.Id.Value);
        }

        return sandbox;
    }

    private async Task KillAsync()
    {
        await ((Task)Ready).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            if (Ready.IsCompletedSuccessfully)
                await (await Ready).KillAsync(CancellationToken.None);
            await _life.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch
        {
            // It can be asked for again.
            Volatile.Write(ref _closing, null);
            throw;
        }
    }

    private async Task ExtendQuietlyAsync(CancellationToken cancellation)
    {
        try
        {
            await ExtendAsync(cancellation);
        }
        catch (Exception e) when (e is CaissonException or OperationCanceledException)
        {
            // The call itself tells of what is wrong.
        }
    }
}
