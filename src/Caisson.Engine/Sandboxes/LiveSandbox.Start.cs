using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Metrics;
using Caisson.Engine.Snapshots;
using Caisson.Engine.Templates.Starting;

namespace Caisson.Engine.Sandboxes;

internal sealed partial class LiveSandbox
{
    /// <summary>Starts it behind a wall and saves it; visible and running only after <see cref="Open"/>.</summary>
    public async Task StartAsync(ISandboxBackend backend, RootFileSystem root, SandboxCopy? copy, bool filesWillDo, CancellationToken cancellation)
    {
        var spec = _info.Spec;
        _backend = backend;
        _parts.State.Create(Id);
        _timeline.Append(new LifecycleEvent(StateNames.Of(SandboxState.Starting), $"template {spec.Template}, wall {backend.Name}"));
        At(EnginePoint.CreateBegun);
        var goesOn = copy is not null && await GoOnAsync(root, copy, filesWillDo, cancellation);
        if (!goesOn)
            await StartWallAsync(root, cancellation);
        RequirePausing();
        if (!goesOn && root.Captured.Count > 0)
            await Identity.RenewAsync(Wall.Guest.Files, cancellation);
        // What its template runs is among the processes that were copied.
        if (!goesOn)
            await StartDefaultsAsync(cancellation);
        At(EnginePoint.CreateStarted);
        await SaveReadyAsync(cancellation);
        At(EnginePoint.CreateSaved);
    }

    /// <summary>Makes a sandbox started ahead of demand this one, and saves it; visible and running only after <see cref="Open"/>.</summary>
    public async Task ClaimAsync(ISandboxBackend backend, IWalledSandbox parked, CancellationToken cancellation)
    {
        _backend = backend;
        _timeline.Append(new LifecycleEvent(StateNames.Of(SandboxState.Starting), $"template {_info.Spec.Template}, wall {_info.Wall}"));
        At(EnginePoint.ClaimBegun);
        Adopt(parked);
        RequirePausing();
        // Before its owner can name it, and so before any program of theirs.
        var egress = Resolved(_info.Spec.Egress, strict: true);
        await parked.PrepareEgressAsync(egress, cancellation);
        parked.ApplyEgress(egress);
        At(EnginePoint.ClaimGiven);
        // The guest takes its calls in their order, and what was sent arrives even if we die: the store need not wait for the answer.
        await Task.WhenAll(ConfigureAsync(cancellation), SaveReadyAsync(cancellation));
        At(EnginePoint.ClaimSaved);
    }

    private Task ConfigureAsync(CancellationToken cancellation) =>
        Wall.Guest.ConfigureAsync(new GuestConfiguration(_info.Defaults.With(_info.Spec.Environment), DefaultUser, _info.Defaults.WorkingDirectory), cancellation);

    // What its timeout will need is asked for before anybody relies on it.
    private void RequirePausing()
    {
        if (_info.Spec.Lifecycle is { OnTimeout: TimeoutAction.Pause, KeepMemory: true })
            _ = Freezable();
        else if (_info.Spec.Lifecycle.OnTimeout == TimeoutAction.Pause)
            _ = FileKeeper();
    }

    private async Task SaveReadyAsync(CancellationToken cancellation)
    {
        var spec = _info.Spec;
        var now = _parts.Time.GetUtcNow();
        _metrics = new MetricRing(now);
        _info = _info with { StartedAt = now, EndsAt = spec.Lifecycle.Timeout is { } timeout ? now + timeout : null };
        await _parts.Store.SaveSandboxAsync(_info with { State = SandboxState.Running }, cancellation);
    }

    // The policy as the gateway needs it; what is kept and shown never has a secret in it.
    private EgressPolicy Resolved(EgressPolicy policy, bool strict) => _parts.Secrets is { } secrets
        ? secrets.Resolve(_info.Tenant, policy, strict)
        : policy.Transforms.All(transform => transform.SecretHeaders is null) ? policy : throw new CaissonException(ErrorCode.Unsupported, "this server keeps no secrets");

    private Task<SandboxSpec> HoldVolumesAsync(CancellationToken cancellation) => (_info.Spec.Volumes.Count, _parts.Volumes) switch
    {
        (0, _) => Task.FromResult(_info.Spec),
        (_, null) => throw new CaissonException(ErrorCode.Unsupported, "this server has no volumes"),
        var (_, volumes) => volumes.HoldAsync(_info.Tenant, Id, _info.Spec, cancellation),
    };

    // False where the copy is of no use and the files below it will do.
    private async Task<bool> GoOnAsync(RootFileSystem root, SandboxCopy copy, bool filesWillDo, CancellationToken cancellation)
    {
        try
        {
            await StartWallAsync(root, cancellation, copy: copy);
            return true;
        }
        catch (CaissonException e) when (filesWillDo && e.Code is ErrorCode.Unsupported or ErrorCode.Internal)
        {
            _timeline.Append(new LifecycleEvent(StateNames.Of(SandboxState.Starting), $"what its template has running is started anew, for it could not be copied: {e.Message}"));
            File.Delete(Disk);
            return false;
        }
    }

    // What it stands on may have changed or been damaged since it had a wall.
    private async Task StartWallAgainAsync(CancellationToken cancellation, string? memory = null)
    {
        var root = await _parts.Resolve(_template, cancellation);
        await StartWallAsync(root with { Captured = await _parts.Layers.SoundFilesAsync(_info.Layer, cancellation) }, cancellation, memory);
    }

    private async Task StartWallAsync(RootFileSystem root, CancellationToken cancellation, string? memory = null, SandboxCopy? copy = null)
    {
        var egress = Resolved(_info.Spec.Egress, strict: _info.State == SandboxState.Starting);
        var volumes = await HoldVolumesAsync(cancellation);
        if (volumes.Volumes.Count > 0)
            At(EnginePoint.VolumeMounted);
        var request = new StartRequest(
            Id, volumes with { Egress = egress }, root, _parts.State.OfWall(Id, _backend.Name), _timeline, _parts.Options.DetachOnShutdown)
        { Disk = Disk, Checkpoint = memory, Copy = copy };
        Adopt(await _backend.StartAsync(request, cancellation));
        await ConfigureAsync(cancellation);
    }

    private string DefaultUser => _info.Defaults.User ?? _parts.Options.DefaultUser;

    private Task StartDefaultsAsync(CancellationToken cancellation) =>
        _info.Defaults.Runs ? new TemplateStart(_info.Defaults, _inside, _parts.Time).RunAsync(cancellation) : Task.CompletedTask;
}
