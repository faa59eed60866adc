using System.Collections.Concurrent;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Metrics;
using Caisson.Engine.Pools;
using Caisson.Engine.Secrets;
using Caisson.Engine.Snapshots;
using Caisson.Engine.State;
using Caisson.Engine.Store;
using Caisson.Engine.Templates;
using Caisson.Engine.Timeline;
using Caisson.Engine.Timeouts;
using Caisson.Engine.Volumes;
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
    ILogger<SandboxEngine> log,
    ITemplateStore? kept = null,
    VolumeLibrary? volumes = null,
    SecretVault? secrets = null) : ISandboxEngine, IPoolCatalog, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, LiveSandbox> _sandboxes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, string> _creations = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private SandboxParts? _parts;
    private MetricSampler? _sampler;
    private SandboxPools? _pools;
    private int _admitted;
    private bool _starting;
    private bool _ready;
    private bool _closed;

    /// <inheritdoc/>
    public IEnumerable<ISandbox> All => _sandboxes.Values;

    /// <summary>Takes the state directory, finds the sandboxes of the server before again and sweeps what nobody owns; to be called once, before all else.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_parts is not null || _closed || _starting)
                throw new InvalidOperationException("an engine is started once");
            _starting = true;
        }

        var state = await StateDirectory.OpenAsync(options.StateDirectory, time, cancellation);
        lock (_gate)
        {
            var layers = new LayerStore(state, store, new DurableFiles(options.SyncDirectory), options.DigestLayer, log) { AtPoint = options.AtPoint };
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
                new SnapshotLibrary(store, layers, time) { AtPoint = options.AtPoint },
                (tenant, spec, origin, token) => CreateAsync(tenant, spec, origin, token))
            {
                Templates = new TemplateLibrary(kept, layers, templates, time) { AtPoint = options.AtPoint },
                Resolve = templates.ResolveAsync,
                Volumes = volumes,
                Secrets = secrets,
            };
        }

        _pools = new SandboxPools(_parts, ResolveAsync);
        _parts.Layers.Retiring = _pools.RetireAsync;
        _sampler = new MetricSampler(() => _sandboxes.Values, options, time, log);
        await _parts.Layers.LoadAsync(cancellation);
        await _parts.Snapshots.LoadAsync(cancellation);
        await _parts.Templates.LoadAsync(cancellation);
        if (volumes is not null)
            await volumes.LoadAsync(cancellation);
        if (secrets is not null)
        {
            await secrets.LoadAsync(cancellation);
            secrets.Changed = RenewSecretAsync;
        }

        await new SandboxRecovery(_parts, walls, Register).RunAsync(cancellation);
        await _parts.Layers.SweepAsync(cancellation);
        _pools.Start();
        lock (_gate)
            _ready = !_closed;
        LogReady(_sandboxes.Count);
    }

    /// <inheritdoc/>
    public ISnapshotCatalog Snapshots => _parts?.Snapshots ?? throw NotServing();

    /// <inheritdoc/>
    public IReadOnlyList<PoolInfo> Pools => _pools?.Describe() ?? [];

    /// <inheritdoc/>
    public Task<ISandbox> CreateAsync(string tenant, SandboxSpec spec, CancellationToken cancellation) => CreateAsync(tenant, spec, null, cancellation);

    /// <summary>How the engine is set up.</summary>
    internal EngineOptions Options => options;

    /// <summary>What all parts of the engine share; Unavailable before the start.</summary>
    internal SandboxParts Parts => _parts ?? throw NotServing();

    /// <summary>Starts a sandbox from an origin, or where that is null from what its spec names.</summary>
    internal async Task<ISandbox> CreateAsync(string tenant, SandboxSpec spec, SandboxOrigin? origin, CancellationToken cancellation)
    {
        // Nobody asks twice for the layer of a fork.
        var (pooled, since) = (origin is null, time.GetTimestamp());
        Task<ISandbox> creation;
        lock (_gate)
        {
            if (!_ready)
                throw NotServing();
            TimeoutRules.RequireCreatable(spec.Lifecycle.Timeout, options);
            if (origin is null)
                (origin, spec) = OriginOf(tenant, spec);
            Admit();
            _parts!.Layers.AcquireOptional(origin.StandsOn);
            _parts.Layers.AcquireOptional(origin.Copied);
            creation = Task.Run(() => CreateAdmittedAsync(tenant, spec, origin, pooled ? since : null, cancellation), CancellationToken.None);
            _creations[creation] = origin.Base;
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

    /// <summary>Whether a sandbox, one that is starting, or a layer stands on a template.</summary>
    public bool StandsOn(string template) =>
        _creations.Values.Contains(template, StringComparer.Ordinal)
        || _sandboxes.Values.Any(sandbox => sandbox.Info.Spec.Template == template)
        || _parts?.Layers.StandsOn(template) == true;

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
        if (_pools is not null)
            await _pools.DisposeAsync();
        if (_sampler is not null)
            await _sampler.DisposeAsync();
        options.AtPoint?.Invoke(EnginePoint.ReleaseBegun);
        await Parallel.ForEachAsync(_sandboxes.Values, new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency }, CloseAsync);
        options.AtPoint?.Invoke(EnginePoint.ReleaseDone);
        if (_parts is not null)
        {
            await _parts.Expiry.DisposeAsync();
            await _parts.Writer.DisposeAsync();
            _parts.Snapshots.Dispose();
            _parts.Templates.Dispose();
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

    private Task RenewSecretAsync(string tenant, string name) => Parallel.ForEachAsync(
        _sandboxes.Values.Where(sandbox => sandbox.Info.Tenant == tenant && SecretVault.Uses(sandbox.Info.Spec.Egress, name)),
        new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency },
        async (sandbox, _) => await sandbox.RenewSecretsAsync());

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

    private static CaissonException NotServing() => new(ErrorCode.Unavailable, "the server is starting or shutting down", "Try again in a moment.");
}
