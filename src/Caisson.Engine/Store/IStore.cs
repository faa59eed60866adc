using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;

namespace Caisson.Engine.Store;

/// <summary>What a server remembers across restarts.</summary>
public interface IStore
{
    /// <summary>Writes a sandbox's record, new or changed.</summary>
    Task SaveSandboxAsync(SandboxInfo sandbox, CancellationToken cancellation);

    /// <summary>Every sandbox that has not ended.</summary>
    Task<IReadOnlyList<SandboxInfo>> LoadSandboxesAsync(CancellationToken cancellation);

    /// <summary>Forgets a sandbox that has ended.</summary>
    Task DeleteSandboxAsync(SandboxId id, CancellationToken cancellation);

    /// <summary>Writes a layer's record.</summary>
    Task SaveLayerAsync(LayerRecord layer, CancellationToken cancellation);

    /// <summary>Every layer.</summary>
    Task<IReadOnlyList<LayerRecord>> LoadLayersAsync(CancellationToken cancellation);

    /// <summary>Forgets a layer.</summary>
    Task DeleteLayerAsync(string address, CancellationToken cancellation);

    /// <summary>Writes a snapshot's record, new or changed.</summary>
    Task SaveSnapshotAsync(SnapshotInfo snapshot, CancellationToken cancellation);

    /// <summary>Every snapshot.</summary>
    Task<IReadOnlyList<SnapshotInfo>> LoadSnapshotsAsync(CancellationToken cancellation);

    /// <summary>Forgets a snapshot.</summary>
    Task DeleteSnapshotAsync(string id, CancellationToken cancellation);

    /// <summary>Writes an API key's record.</summary>
    Task SaveKeyAsync(ApiKeyRecord key, CancellationToken cancellation);

    /// <summary>The key of that hash, or null.</summary>
    Task<ApiKeyRecord?> FindKeyAsync(string hash, CancellationToken cancellation);

    /// <summary>Every key, without anything a key could be made from.</summary>
    Task<IReadOnlyList<ApiKeyRecord>> ListKeysAsync(CancellationToken cancellation);

    /// <summary>Forgets a key; false when there is none of that id.</summary>
    Task<bool> DeleteKeyAsync(string id, CancellationToken cancellation);
}
