using System.Globalization;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Snapshots;

namespace Caisson.Engine.Sandboxes;

internal sealed partial class LiveSandbox
{
    private const int MostForks = 100;

    /// <inheritdoc/>
    public async Task<SnapshotInfo> SnapshotAsync(SnapshotRequest request, CancellationToken cancellation)
    {
        SnapshotLibrary.RequireNameable(request);
        if (request.Name is { } name && _parts.Templates.Owns(_info.Tenant, name))
            throw new CaissonException(ErrorCode.AlreadyExists, $"'{name}' is the name of a template", "Choose another name for the snapshot.");
        return await CopyAsync(SandboxState.Snapshotting, CopyPoints.OfSnapshot, request.LeaveProcesses, async (layer, token) =>
        {
            var snapshot = await _parts.Snapshots.KeepAsync(_info, layer, request, token);
            At(EnginePoint.SnapshotSaved);
            return snapshot;
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ForkOutcome>> ForkAsync(ForkRequest request, CancellationToken cancellation)
    {
        if (request.Count is < 1 or > MostForks)
            throw new CaissonException(ErrorCode.InvalidArgument, request.Count < 1 ? "Count must be at least 1" : $"Count must be at most {MostForks}");
        TimeoutRules.RequireCreatable(request.Timeout, _parts.Options);
        // The source goes on as soon as its files are copied; the layer is held until every fork stands on it.
        var (source, held) = await CopyAsync(SandboxState.Forking, CopyPoints.OfForks, request.LeaveProcesses, (layer, _) => Task.FromResult((_info, layer)));
        try
        {
            var outcomes = new ForkOutcome[request.Count];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = _parts.Options.Concurrency, CancellationToken = CancellationToken.None };
            await Parallel.ForAsync(0, request.Count, parallel, async (i, _) => outcomes[i] = await ForkOneAsync(source, held, request, cancellation));
            At(EnginePoint.ForkStarted);
            return outcomes;
        }
        finally
        {
            await _parts.Layers.ReleaseAsync(held.Address);
        }
    }

    /// <summary>Copies its files into a layer, one use of which is the caller's; processes are left behind.</summary>
    internal Task<LayerRecord> CaptureAsync() =>
        CopyAsync(SandboxState.Snapshotting, CopyPoints.OfStep, leaveProcesses: true, (layer, _) => Task.FromResult(layer));

    /// <summary>Copies it, processes and all, into a layer, one use of which is the caller's; null where its wall cannot, or where none runs.</summary>
    internal async Task<LayerRecord?> CaptureStartedAsync()
    {
        if (Wall is not ICopiesMemory)
            return null;
        var layer = await CopyAsync(SandboxState.Snapshotting, CopyPoints.OfStep, leaveProcesses: false, (layer, _) => Task.FromResult(layer));
        if (layer.Memory is not null)
            return layer;
        await _parts.Layers.ReleaseAsync(layer.Address);
        return null;
    }

    private async Task<ForkOutcome> ForkOneAsync(SandboxInfo source, LayerRecord layer, ForkRequest request, CancellationToken cancellation)
    {
        try
        {
            var spec = source.Spec with { Wall = source.Wall, Lifecycle = source.Spec.Lifecycle with { Timeout = request.Timeout } };
            return new ForkOutcome(await _parts.Start(source.Tenant, spec, new SandboxOrigin(layer, layer.Template, source.Defaults), cancellation), null);
        }
        catch (CaissonException e)
        {
            return new ForkOutcome(null, e);
        }
        catch (OperationCanceledException)
        {
            return new ForkOutcome(null, new CaissonException(ErrorCode.Canceled, "the caller went away before this fork was ready"));
        }
    }

    // The layer comes with one use counted, which passes to whatever the work makes; where the work fails it is given back.
    private async Task<T> CopyAsync<T>(SandboxState through, CopyPoints points, bool leaveProcesses, Func<LayerRecord, CancellationToken, Task<T>> work)
    {
        await _storing;
        if (_info.HasWall && Wall is not ILayered)
            throw new CaissonException(ErrorCode.Unsupported, $"the wall '{_info.Wall}' cannot copy a sandbox's files", "Choose a wall that can.");
        if (_parts.Layers.Files(_info.Layer).Count >= LayerStore.MostLayers)
            throw new CaissonException(ErrorCode.ResourceExhausted, $"this sandbox stands on {LayerStore.MostLayers} layers, which is the most", "Copy what you need into a sandbox of the template.");
        var before = _info.State;
        using var operation = Begin(through, through == SandboxState.Forking ? "forked on request" : "a snapshot was asked for");
        var file = _parts.Layers.Making();
        LayerRecord? layer = null;
        try
        {
            At(points.Begun);
            var captured = await Task.Run(() => CaptureAsync(file, leaveProcesses, operation.Token));
            At(points.Captured);
            var info = RequireState(through);
            layer = await _parts.Layers.AddAsync(file, captured, info.Layer, _template, info.Wall, operation.Token);
            At(points.Layered);
            var result = await work(layer, operation.Token);
            Settle(_info with { State = before }, string.Create(
                CultureInfo.InvariantCulture, $"its files{MemoryIn(captured)} were copied: {captured.Bytes} bytes, it stood still for {captured.Stopped.TotalMilliseconds:0.0} ms"));
            return result;
        }
        catch (Exception e)
        {
            LayerStore.Discard(file);
            if (layer is not null)
                await _parts.Layers.ReleaseAsync(layer.Address);
            await UndoAsync(() => Task.CompletedTask, through, before, e);
            throw Typed(e, "copied");
        }
    }

    private async Task<CapturedLayer> CaptureAsync(string file, bool leaveProcesses, CancellationToken cancellation)
    {
        if (_info.HasWall)
        {
            return !leaveProcesses && Wall is ICopiesMemory wall
                ? await wall.CaptureWithMemoryAsync(file, LayerStore.MemoryOf(file), cancellation)
                : await ((ILayered)Wall).CaptureAsync(file, leaveProcesses, cancellation);
        }

        var captured = await FileKeeper().CaptureAsync(Disk, file, cancellation);
        return !leaveProcesses && _info.Memory is { Processes: > 0 } memory
            ? captured with { Memory = await ((IKeepsMemory)_backend).CopyMemoryAsync(MemoryDirectory, LayerStore.MemoryOf(file), memory.Processes, cancellation) }
            : captured;
    }

    private static string MemoryIn(CapturedLayer captured) => captured.Memory is { } memory
        ? string.Create(CultureInfo.InvariantCulture, $" and {memory.Bytes} bytes of memory with {memory.Processes} processes")
        : "";
}
