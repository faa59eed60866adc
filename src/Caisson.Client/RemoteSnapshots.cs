using Caisson.Client.Wire;

namespace Caisson.Client;

/// <summary>What sandboxes were kept as; the id of one, or its name and tag, is a template.</summary>
public sealed class RemoteSnapshots
{
    private readonly Api _api;

    internal RemoteSnapshots(Api api) => _api = api;

    /// <summary>Every snapshot, oldest first.</summary>
    public async Task<IReadOnlyList<SnapshotDescription>> ListAsync(CancellationToken cancellation = default) =>
        (await _api.GetAsync("v1/snapshots", ClientJson.Default.SnapshotsBody, cancellation)).Items;

    /// <summary>Forgets a snapshot; sandboxes started from it go on.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellation = default) => _api.SendAsync(HttpMethod.Delete, $"v1/snapshots/{Uri.EscapeDataString(id)}", cancellation);
}
