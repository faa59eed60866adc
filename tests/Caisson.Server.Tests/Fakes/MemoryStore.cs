using System.Collections.Concurrent;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;
using Caisson.Engine.Store;

namespace Caisson.Server.Tests.Fakes;

/// <summary>A store that forgets with the process.</summary>
internal sealed class MemoryStore : IStore
{
    private readonly ConcurrentDictionary<string, ApiKeyRecord> _keys = new(StringComparer.Ordinal);

    public Task SaveSandboxAsync(SandboxInfo sandbox, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<SandboxInfo>> LoadSandboxesAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<SandboxInfo>>([]);

    public Task DeleteSandboxAsync(SandboxId id, CancellationToken cancellation) => Task.CompletedTask;

    public Task SaveLayerAsync(LayerRecord layer, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<LayerRecord>> LoadLayersAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<LayerRecord>>([]);

    public Task DeleteLayerAsync(string address, CancellationToken cancellation) => Task.CompletedTask;

    public Task SaveSnapshotAsync(SnapshotInfo snapshot, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<SnapshotInfo>> LoadSnapshotsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<SnapshotInfo>>([]);

    public Task DeleteSnapshotAsync(string id, CancellationToken cancellation) => Task.CompletedTask;

    public Task SaveKeyAsync(ApiKeyRecord key, CancellationToken cancellation)
    {
        _keys[key.Id] = key;
        return Task.CompletedTask;
    }

    public Task<ApiKeyRecord?> FindKeyAsync(string hash, CancellationToken cancellation) =>
        Task.FromResult(_keys.Values.FirstOrDefault(key => key.Hash == hash));

    public Task<IReadOnlyList<ApiKeyRecord>> ListKeysAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ApiKeyRecord>>([.. _keys.Values]);

    public Task<bool> DeleteKeyAsync(string id, CancellationToken cancellation) => Task.FromResult(_keys.TryRemove(id, out _));
}
