using Caisson.Client.Wire;
using Caisson.Core.Volumes;

namespace Caisson.Client;

/// <summary>The volumes of a server: files that outlive sandboxes and that several of them share.</summary>
public sealed class RemoteVolumes
{
    private readonly Api _api;

    internal RemoteVolumes(Api api) => _api = api;

    /// <summary>Makes an empty volume; a null quota leaves it to the server.</summary>
    public async Task<RemoteVolume> CreateAsync(string name, VolumeQuota? quota = null, CancellationToken cancellation = default)
    {
        var body = new CreateVolumeBody(name, quota?.Bytes, quota?.Files);
        return new RemoteVolume(_api, await _api.SendAsync(HttpMethod.Post, "v1/volumes", body, ClientJson.Default.CreateVolumeBody, ClientJson.Default.VolumeDescription, cancellation));
    }

    /// <summary>The volume of that name or id, or a NotFound failure.</summary>
    public async Task<RemoteVolume> GetAsync(string name, CancellationToken cancellation = default) =>
        new(_api, await _api.GetAsync($"v1/volumes/{Uri.EscapeDataString(name)}", ClientJson.Default.VolumeDescription, cancellation));

    /// <summary>Every volume, oldest first.</summary>
    public async Task<IReadOnlyList<VolumeDescription>> ListAsync(CancellationToken cancellation = default) =>
        (await _api.GetAsync("v1/volumes", ClientJson.Default.VolumesBody, cancellation)).Items;

    /// <summary>Removes a volume with all in it; a Conflict while a sandbox has it.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellation = default) =>
        _api.SendAsync(HttpMethod.Delete, $"v1/volumes/{Uri.EscapeDataString(name)}", cancellation);
}
