using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Pools;
using Caisson.Engine.Walls;

namespace Caisson.Engine.Sandboxes;

public sealed partial class SandboxEngine
{
    // One that died while it waited costs its owner nothing but another try: the next one, or a start.
    private async Task<LiveSandbox?> ClaimAsync(Pool pool, ISandboxBackend backend, Func<SandboxId, SandboxInfo> info, string bottom, CancellationToken cancellation)
    {
        for (var parked = _pools!.Take(pool); parked is not null; parked = _pools.TakeAnother(pool))
        {
            var sandbox = new LiveSandbox(info(parked.Id), _parts!, bottom, parked.Timeline);
            using var patience = new CancellationTokenSource(options.Pools.Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            try
            {
                await sandbox.ClaimAsync(backend, parked.Wall, either.Token);
                // The creation's own use of the layer stays; the one of the time before goes.
                await _parts!.Layers.ReleaseAsync(parked.Layer);
                return sandbox;
            }
            catch (Exception e)
            {
                LogNotClaimed(parked.Id, e.Message);
                var alive = parked.IsAlive;
                await sandbox.AbandonAsync($"it could not be claimed: {e.Message}");
                cancellation.ThrowIfCancellationRequested();
                if (alive && e is not (OperationCanceledException or CaissonException { Code: ErrorCode.Unavailable }))
                    throw;
            }
        }

        pool.Missed();
        return null;
    }

    private async Task<(ISandboxBackend Wall, RootFileSystem Root)> ResolveAsync(SandboxSpec spec, CancellationToken cancellation) =>
        (await walls.ChooseAsync(spec.Wall, options.DefaultWall, WallAdvice.Of(options.Workload, spec), cancellation), await templates.ResolveAsync(spec.Template, cancellation));
}
