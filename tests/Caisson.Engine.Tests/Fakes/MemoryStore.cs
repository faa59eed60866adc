using System.Collections.Concurrent;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;
using Caisson.Engine.Store;

namespace Caisson.Engine.Tests.Fakes;

internal sealed class MemoryStore : IStore
{
    public ConcurrentDictionary<SandboxId, SandboxInfo> Saved { get; } = new();

    public Func<SandboxInfo, Task>? OnSave { get; set; }

    public async Task SaveSandboxAsync(SandboxInfo sandbox, CancellationToken cancellation)
    {
        await Task.Yield();
        cancellation.ThrowIfCancellationRequested();
        if (OnSave is { } hook)
            await hook(sandbox);
        Saved[sandbox.Id] = sandbox;
    }

    public Task<IReadOnlyList<SandboxInfo>> LoadSandboxesAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<SandboxInfo>>([.. Saved.Values]);

    public async Task DeleteSandboxAsync(SandboxId id, CancellationToken cancellation)
    {
        await Task.Yield();
        Saved.TryRemove(id, out _);
    }

    public ConcurrentDictionary<string, LayerRecord> Layers { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, SnapshotInfo> Snapshots { get; } = new(StringComparer.Ordinal);

    public Task SaveLayerAsync(LayerRecord layer, CancellationToken cancellation)
    {
        Layers[layer.Address] = layer;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<LayerRecord>> LoadLayersAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<LayerRecord>>([.. Layers.Values]);

    public Task DeleteLayerAsync(string address, CancellationToken cancellation)
    {
        Layers.TryRemove(address, out _);
        return Task.CompletedTask;
    }

    public Task SaveSnapshotAsync(SnapshotInfo snapshot, CancellationToken cancellation)
    {
        Snapshots[snapshot.Id] = snapshot;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SnapshotInfo>> LoadSnapshotsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<SnapshotInfo>>([.. Snapshots.Values]);

    public Task DeleteSnapshotAsync(string id, CancellationToken cancellation)
    {
        Snapshots.TryRemove(id, out _);
        return Task.CompletedTask;
    }

    public Task SaveKeyAsync(ApiKeyRecord key, CancellationToken cancellation) => Task.CompletedTask;

    public Task<ApiKeyRecord?> FindKeyAsync(string hash, CancellationToken cancellation) => Task.FromResult<ApiKeyRecord?>(null);

    public Task<IReadOnlyList<ApiKeyRecord>> ListKeysAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ApiKeyRecord>>([]);

    public Task<bool> DeleteKeyAsync(string id, CancellationToken cancellation) => Task.FromResult(false);
}
