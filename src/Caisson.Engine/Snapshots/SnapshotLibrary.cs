using System.Collections.Concurrent;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Store;

namespace Caisson.Engine.Snapshots;

/// <summary>The snapshots of this host, each using its topmost layer.</summary>
internal sealed class SnapshotLibrary(IStore store, LayerStore layers, TimeProvider time) : ISnapshotCatalog, IDisposable
{
    private readonly ConcurrentDictionary<string, SnapshotInfo> _snapshots = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changes = new(1, 1);

    /// <summary>Called at points of its changes, as <see cref="EngineOptions.AtPoint"/> says.</summary>
    public Action<EnginePoint>? AtPoint { get; init; }

    /// <summary>Takes note of the snapshots of the server before.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var snapshot in await store.LoadSnapshotsAsync(cancellation))
        {
            layers.Acquire(snapshot.Layer);
            _snapshots[snapshot.Id] = snapshot with { Memory = layers.Get(snapshot.Layer).Memory };
        }
    }

    /// <inheritdoc/>
    public SnapshotInfo? Find(string tenant, string reference)
    {
        if (_snapshots.TryGetValue(reference, out var byId))
            return byId.Tenant == tenant ? byId : null;
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        var (name, tag) = colon < 0 ? (reference, "default") : (reference[..colon], reference[(colon + 1)..]);
        if (tag == "default" && _snapshots.TryGetValue(name, out var unnamed) && unnamed.Tenant == tenant)
            return unnamed;
        return _snapshots.Values.FirstOrDefault(one => one.Tenant == tenant && one.Name == name && one.Tag == tag);
    }

    /// <inheritdoc/>
    public IReadOnlyList<SnapshotInfo> List(string tenant) =>
        [.. _snapshots.Values.Where(one => one.Tenant == tenant).OrderBy(one => one.CreatedAt).ThenBy(one => one.Id, StringComparer.Ordinal)];

    /// <summary>Keeps a layer, whose use passes over to the snapshot, under a name; the one of that name and tag before is replaced.</summary>
    public async Task<SnapshotInfo> KeepAsync(SandboxInfo source, LayerRecord layer, SnapshotRequest request, CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            var before = request.Name is { } name ? _snapshots.Values.FirstOrDefault(one => one.Tenant == source.Tenant && one.Name == name && one.Tag == request.Tag) : null;
            var snapshot = new SnapshotInfo(
                before?.Id ?? SandboxId.New().Value, source.Tenant, request.Name, request.Tag, source.Id, source.Wall, layer.Address, layer.Bytes, time.GetUtcNow())
            {
                Resources = source.Spec.Resources,
                Defaults = source.Defaults with { Name = null },
                Memory = layer.Memory,
            };
            await store.SaveSnapshotAsync(snapshot, cancellation);
            _snapshots[snapshot.Id] = snapshot;
            if (before is not null)
                await layers.RetireAsync(before.Layer);
            return snapshot;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string tenant, string id, CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            if (!_snapshots.TryGetValue(id, out var snapshot) || snapshot.Tenant != tenant)
                return false;
            await store.DeleteSnapshotAsync(id, cancellation);
            AtPoint?.Invoke(EnginePoint.SnapshotForgotten);
            _snapshots.TryRemove(id, out _);
            await layers.RetireAsync(snapshot.Layer);
            return true;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changes.Dispose();

    /// <summary>Refuses names that could not be told from an id or a tag.</summary>
    public static void RequireNameable(SnapshotRequest request)
    {
        if (request.Name is { } name && !IsWord(name, "-_"))
            throw new CaissonException(ErrorCode.InvalidArgument, "a snapshot's name is 1 to 128 of a-z, 0-9, '-' and '_'");
        if (!IsWord(request.Tag, "-_."))
            throw new CaissonException(ErrorCode.InvalidArgument, "a snapshot's tag is 1 to 128 of a-z, 0-9, '-', '_' and '.'");
    }

    private static bool IsWord(string text, string marks) =>
        text.Length is > 0 and <= 128 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || marks.Contains(c, StringComparison.Ordinal));
}
