using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;
using Caisson.Engine.Timeline;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Pools;

/// <summary>Starts sandboxes that are nobody's yet, and ends those that nobody came for.</summary>
internal sealed partial class Parking(SandboxParts parts)
{
    private const int KillAttempts = 3;

    // Any program would do: what it warms is the way a guest starts one.
    private static readonly ExecRequest _first = new() { Command = "true", Timeout = TimeSpan.FromSeconds(5), Journaled = false };
    private readonly ILogger _log = parts.Log;

    /// <summary>Starts one and runs its first program, so that its owner's will be its second; on failure nothing of it is left.</summary>
    public async Task<ParkedSandbox> StartAsync(Pool pool, CancellationToken cancellation)
    {
        var (key, id) = (pool.Key, SandboxId.New());
        parts.Layers.AcquireOptional(key.Layer);
        var timeline = new SandboxTimeline(parts.State.Of(id), parts.TimelineLimits, parts.Writer, parts.Time);
        IWalledSandbox? wall = null;
        try
        {
            parts.State.Create(id);
            At(EnginePoint.ParkBegun);
            using var late = new CancellationTokenSource(parts.Options.StartLimit, parts.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
            wall = await pool.Wall.StartAsync(
                new StartRequest(id, key.Spec, pool.Root, parts.State.OfWall(id, key.Wall), timeline, parts.Options.DetachOnShutdown) { Disk = parts.State.DiskOf(id) }, either.Token);
            if (key.OnTimeout == TimeoutAction.Pause && wall is not IFreezable)
                throw new CaissonException(ErrorCode.Unsupported, $"the wall '{key.Wall}' cannot pause a sandbox");
            await wall.Guest.ConfigureAsync(new GuestConfiguration(key.Spec.Environment, parts.Options.DefaultUser), either.Token);
            if (pool.Root.Captured.Count > 0)
                await Identity.RenewAsync(wall.Guest.Files, either.Token);
            await RunFirstAsync(wall.Guest, either.Token);
            At(EnginePoint.ParkDone);
            return new ParkedSandbox(id, key.Layer, wall, timeline);
        }
        catch
        {
            await EndAsync(id, key.Layer, wall, timeline);
            throw;
        }
    }

    /// <summary>Ends one that nobody has claimed; nothing of it is left.</summary>
    public Task EndAsync(ParkedSandbox parked) => EndAsync(parked.Id, parked.Layer, parked.Wall, parked.Timeline);

    private async Task EndAsync(SandboxId id, string? layer, IWalledSandbox? wall, SandboxTimeline timeline)
    {
        timeline.Close();
        // What could not be ended keeps its directory: the next start finds it there, without a record, and ends it.
        if (wall is null || await KillAsync(id, wall))
        {
            At(EnginePoint.ParkRemoved);
            Remove(id);
        }

        await parts.Layers.ReleaseAsync(layer);
    }

    private static async Task RunFirstAsync(IGuest guest, CancellationToken cancellation)
    {
        try
        {
            await using var execution = await guest.StartAsync(_first, cancellation);
            await foreach (var _ in execution.ReadAsync(cancellation))
            {
                // It says nothing; what matters is that it has ended.
            }
        }
        catch (CaissonException e) when (e.Code is ErrorCode.NotFound or ErrorCode.PermissionDenied or ErrorCode.InvalidArgument)
        {
            // A template without that program, or without that user, is none the worse for it.
        }
    }

    private async Task<bool> KillAsync(SandboxId id, IWalledSandbox wall)
    {
        for (var attempt = 1; attempt <= KillAttempts; attempt++)
        {
            using var limit = new CancellationTokenSource(parts.Options.KillLimit, parts.Time);
            try
            {
                await wall.KillAsync(limit.Token);
                await wall.DisposeAsync();
                return true;
            }
            catch (Exception e)
            {
                LogNotEnded(e, id, attempt);
            }
        }

        return false;
    }

    private void Remove(SandboxId id)
    {
        try
        {
            parts.State.Remove(id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogDirectoryLeft(id, e.Message);
        }
    }

    private void At(EnginePoint point) => parts.Options.AtPoint?.Invoke(point);

    [LoggerMessage(Level = LogLevel.Error, Message = "Parked sandbox {Id} could not be taken down, attempt {Attempt}")]
    private partial void LogNotEnded(Exception e, SandboxId id, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The directory of parked sandbox {Id} could not be removed: {Reason}")]
    private partial void LogDirectoryLeft(SandboxId id, string reason);
}
