using System.Collections.Concurrent;
using System.Security.Cryptography;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Metrics;
using Caisson.Engine.Snapshots;
using Caisson.Engine.State;
using Caisson.Engine.Store;
using Caisson.Engine.Templates;
using Caisson.Engine.Timeline;
using Caisson.Engine.Timeouts;
using Caisson.Engine.Walls;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Sandboxes;

/// <summary>The sandboxes of one server on one host.</summary>
public sealed partial class SandboxEngine(
    EngineOptions options,
    BackendCatalog walls,
    ITemplateCatalog templates,
    IStore store,
    TimeProvider time,
    ILogger<SandboxEngine> log) : ISandboxEngine, IAsyncDisposable
{
    private const string TokenAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const int TokenLength = 32;

    private readonly ConcurrentDictionary<string, LiveSandbox> _sandboxes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _creations = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private SandboxParts? _parts;
    private MetricSampler? _sampler;
    private int _admitted;
    private bool _ready;
    private bool _closed;

    /// <inheritdoc/>
    public IEnumerable<ISandbox> All => _sandboxes.Values;

    /// <summary>Takes the state directory, finds the sandboxes of the server before again and sweeps what nobody owns; to be called once, before all else.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_parts is not null || _closed)
                throw new InvalidOperationException("an engine is started once");
            var state = StateDirectory.Open(options.StateDirectory);
            var layers = new LayerStore(state, store, log);
            _parts = new SandboxParts(
                options,
                store,
                state,
                TimelineLimits,
                new TimelineWriter(TimelineLimits, log),
                new ExpiryQueue(time, Expire),
                time,
                log,
                Forget,
                layers,
                new SnapshotLibrary(store, layers, time),
                (tenant, spec, layer, token) => CreateAsync(tenant, spec, layer, token));
        }

        _sampler = new MetricSampler(() => _sandboxes.Values, options, time, log);
        await _parts.Layers.LoadAsync(cancellation);
        await _parts.Snapshots.LoadAsync(cancellation);
        await new SandboxRecovery(_parts, walls, Register).RunAsync(cancellation);
        await _parts.Layers.SweepAsync(cancellation);
        lock (_gate)
            _ready = !_closed;
        LogReady(_sandboxes.Count);
    }

    /// <inheritdoc/>
    public ISnapshotCatalog Snapshots => _parts?.Snapshots ?? throw NotServing();

    /// <inheritdoc/>
    public Task<ISandbox> CreateAsync(string tenant, SandboxSpec spec, CancellationToken cancellation) => CreateAsync(tenant, spec, null, cancellation);

    private async Task<ISandbox> CreateAsync(string tenant, SandboxSpec spec, LayerRecord? layer, CancellationToken cancellation)
    {
        Task<ISandbox> creation;
        lock (_gate)
        {
            if (!_ready)
                throw NotServing();
            TimeoutRules.RequireCreatable(spec.Lifecycle.Timeout, options);
            if (layer is null && _parts!.Snapshots.Find(tenant, spec.Template) is { } snapshot)
            {
                layer = _parts.Layers.Get(snapshot.Layer);
                spec = spec with { Template = snapshot.Id };
            }

            if (layer is null && !templates.Knows(spec.Template))
                throw new CaissonException(ErrorCode.NotFound, $"template '{spec.Template}' not found", "Build it first, or name one that exists.");
            Admit();
            _parts!.Layers.AcquireOptional(layer?.Address);
            creation = Task.Run(() => CreateAdmittedAsync(tenant, spec, layer, cancellation), CancellationToken.None);
            _creations[creation] = true;
        }

        try
        {
            return await creation;
        }
        finally
        {
            _creations.TryRemove(creation, out _);
        }
    }

    /// <inheritdoc/>
    public ISandbox Get(string tenant, string id) =>
        _sandboxes.TryGetValue(id, out var sandbox) && string.Equals(sandbox.Info.Tenant, tenant, StringComparison.Ordinal)
            ? sandbox
            : throw new CaissonException(ErrorCode.NotFound, $"sandbox '{id}' not found");

    /// <inheritdoc/>
    public ISandbox? Find(string id) => _sandboxes.GetValueOrDefault(id);

    /// <inheritdoc/>
    public SandboxPage List(string tenant, SandboxQuery query) => SandboxListing.Page(_sandboxes.Values, tenant, query);

    /// <summary>Stops serving; sandboxes go on without us, or are ended where the options say so.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            (_closed, _ready) = (true, false);
        }

        await _stopping.CancelAsync();
        foreach (var creation in _creations.Keys)
            await creation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_sampler is not null)
            await _sampler.DisposeAsync();
        await Parallel.ForEachAsync(_sandboxes.Values, new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency }, CloseAsync);
        if (_parts is not null)
        {
            await _parts.Expiry.DisposeAsync();
            await _parts.Writer.DisposeAsync();
            _parts.Snapshots.Dispose();
            _parts.Layers.Dispose();
            _parts.State.Dispose();
        }

        _stopping.Dispose();
    }

    /// <summary>Bounds of the timelines; smaller in tests.</summary>
    internal TimelineLimits TimelineLimits { get; init; } = new();

    /// <summary>How many sandboxes are starting or alive.</summary>
    internal int Admitted => Volatile.Read(ref _admitted);

    /// <summary>How many sandboxes have an end that is waited for.</summary>
    internal int Expiring => _parts?.Expiry.Count ?? 0;

    private async Task<ISandbox> CreateAdmittedAsync(string tenant, SandboxSpec spec, LayerRecord? layer, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(options.StartLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token, _stopping.Token);
        LiveSandbox? sandbox = null;
        try
        {
            var wall = await walls.ChooseAsync(layer is null ? spec.Wall : WallOf(layer, spec), options.DefaultWall, WallAdvice.Of(options.Workload, spec), either.Token);
            var root = await templates.ResolveAsync(layer?.Template ?? spec.Template, either.Token);
            sandbox = new LiveSandbox(NewInfo(tenant, spec, wall) with { Layer = layer?.Address }, _parts!);
            await sandbox.StartAsync(wall, root with { Captured = _parts!.Layers.Files(layer?.Address) }, either.Token);
            either.Token.ThrowIfCancellationRequested();
            Register(sandbox);
            sandbox.Open("ready");
            return sandbox;
        }
        catch (Exception e)
        {
            LogCreateFailed(e, sandbox?.Info.Id);
            if (sandbox is not null)
                await sandbox.AbandonAsync($"it could not be started: {e.Message}");
            else
                await _parts!.Layers.ReleaseAsync(layer?.Address);
            Interlocked.Decrement(ref _admitted);
            throw AsTyped(e, late.IsCancellationRequested, cancellation);
        }
    }

    private Exception AsTyped(Exception e, bool late, CancellationToken cancellation) => e switch
    {
        CaissonException => e,
        OperationCanceledException when cancellation.IsCancellationRequested => new OperationCanceledException(e.Message, e, cancellation),
        OperationCanceledException when _stopping.IsCancellationRequested => NotServing(),
        OperationCanceledException when late => new CaissonException(
            ErrorCode.DeadlineExceeded, $"the sandbox was not ready within {options.StartLimit.TotalSeconds:0} s", "Try again; the host may be overloaded.", FailureKind.Infrastructure, e),
        _ => new CaissonException(ErrorCode.Internal, $"the sandbox could not be started: {e.Message}", inner: e),
    };

    private void Admit()
    {
        if (Interlocked.Increment(ref _admitted) <= options.MaxSandboxes)
            return;
        Interlocked.Decrement(ref _admitted);
        throw new CaissonException(ErrorCode.ResourceExhausted, $"this server runs {options.MaxSandboxes} sandboxes, which is all it may", "End a sandbox, or try again later.");
    }

    private void Register(LiveSandbox sandbox)
    {
        lock (_gate)
        {
            if (_closed)
                throw NotServing();
            _sandboxes[sandbox.Info.Id.Value] = sandbox;
            // Found again after a restart: not admitted by a call of Create.
            if (!_ready)
                Interlocked.Increment(ref _admitted);
        }
    }

    private void Forget(LiveSandbox sandbox)
    {
        if (_sandboxes.TryRemove(sandbox.Info.Id.Value, out _))
            Interlocked.Decrement(ref _admitted);
    }

    private void Expire(SandboxId id)
    {
        if (_sandboxes.TryGetValue(id.Value, out var sandbox))
            sandbox.Expire();
    }

    private async ValueTask CloseAsync(LiveSandbox sandbox, CancellationToken cancellation)
    {
        try
        {
            if (options.DetachOnShutdown)
                await sandbox.ReleaseAsync();
            else
                await sandbox.EndAsync(EndCause.Shutdown, "the server shuts down");
        }
        catch (Exception e)
        {
            LogReleaseFailed(e, sandbox.Info.Id);
        }
    }

    private static string WallOf(LayerRecord layer, SandboxSpec spec) => spec.Wall is null || spec.Wall == layer.Wall
        ? layer.Wall
        : throw new CaissonException(ErrorCode.InvalidArgument, $"the snapshot was made by the wall '{layer.Wall}' and can be read by no other", "Name that wall, or none.");

    private static SandboxInfo NewInfo(string tenant, SandboxSpec spec, ISandboxBackend wall) => new(
        SandboxId.New(),
        tenant,
        spec,
        wall.Name,
        SandboxState.Starting,
        default,
        null,
        RandomNumberGenerator.GetString(TokenAlphabet, TokenLength),
        spec.Ingress.Public ? null : RandomNumberGenerator.GetString(TokenAlphabet, TokenLength));

    private static CaissonException NotServing() => new(ErrorCode.Unavailable, "the server is starting or shutting down", "Try again in a moment.");
}
