using System.Collections.Concurrent;
using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Timeline;
using Caisson.Engine.Walls;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Sandboxes;

/// <summary>Brings a server's sandboxes back after a restart and removes what nobody owns.</summary>
internal sealed partial class SandboxRecovery(SandboxParts parts, BackendCatalog walls, Action<LiveSandbox> register)
{
    private readonly ConcurrentDictionary<SandboxId, bool> _owned = new();
    private readonly ILogger _log = parts.Log;

    public async Task RunAsync(CancellationToken cancellation)
    {
        var known = await parts.Store.LoadSandboxesAsync(cancellation);
        foreach (var info in known)
        {
            _owned[info.Id] = true;
            if (info.Layer is { } layer && parts.Layers.Find(layer) is not null)
                parts.Layers.Acquire(layer);
            parts.Volumes?.Claim(info.Tenant, info.Id, info.Spec);
        }

        parts.Options.AtPoint?.Invoke(EnginePoint.RecoveryLoaded);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = parts.Options.Concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(known, parallel, AttachAsync);
        await Parallel.ForEachAsync(parts.State.Present().Where(id => !_owned.ContainsKey(id)).ToList(), parallel, SweepAsync);
        parts.Options.AtPoint?.Invoke(EnginePoint.RecoverySwept);
    }

    private async ValueTask AttachAsync(SandboxInfo info, CancellationToken cancellation)
    {
        if (walls.Find(info.Wall) is not { } wall)
        {
            LogUnknownWall(info.Id, info.Wall);
            return;
        }

        var sandbox = new LiveSandbox(info, parts);
        using var late = new CancellationTokenSource(parts.Options.StartLimit, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        bool found;
        try
        {
            found = await sandbox.AttachAsync(wall, either.Token);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // It may well be alive: its record and its directory stay for the next start.
            LogAttachFailed(e, info.Id);
            await sandbox.ReleaseAsync();
            return;
        }

        if (found)
        {
            parts.Options.AtPoint?.Invoke(EnginePoint.RecoveryAttached);
            try
            {
                register(sandbox);
            }
            catch
            {
                await sandbox.ReleaseAsync();
                throw;
            }

            sandbox.Open("found again after a restart of the server");
        }
        else
        {
            await sandbox.AbandonAsync("it was gone when the server came back");
        }
    }

    private async ValueTask SweepAsync(SandboxId id, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(parts.Options.StartLimit, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            foreach (var name in parts.State.WallsOf(id))
            {
                if (walls.Find(name) is not { } wall)
                    continue;
                var leftover = await wall.AttachAsync(
                    new AttachRequest(id, new SandboxSpec(), parts.State.OfWall(id, name), new SandboxTimeline(parts.State.Of(id), parts.TimelineLimits, parts.Writer, parts.Time)),
                    either.Token);
                if (leftover is null)
                    continue;
                await using (leftover)
                    await leftover.KillAsync(either.Token);
            }

            parts.State.Remove(id);
            LogSwept(id);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogSweepFailed(e, id);
        }
    }
}
