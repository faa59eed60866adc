using Caisson.Client.Wire;

namespace Caisson.Client;

/// <summary>Container images as templates of the server.</summary>
public sealed class RemoteImages
{
    private readonly Api _api;

    internal RemoteImages(Api api) => _api = api;

    /// <summary>Makes a template of the image in an archive of an OCI layout or of <c>docker save</c>.</summary>
    /// <param name="name">NAME or NAME:TAG.</param>
    /// <param name="write">Writes the archive to the stream that it is given.</param>
    /// <param name="reference">Which image, where the archive has several.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<RemoteImage> ImportAsync(string name, Func<Stream, CancellationToken, Task> write, string? reference = null, CancellationToken cancellation = default)
    {
        var path = $"v1/images?name={Uri.EscapeDataString(name)}" + (reference is null ? "" : $"&reference={Uri.EscapeDataString(reference)}");
        var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new WrittenContent(write) };
        // A refusal is to arrive before gigabytes are sent in vain.
        message.Headers.ExpectContinue = true;
        return _api.SendAsync(message, ClientJson.Default.RemoteImage, cancellation);
    }

    /// <summary>Every name of an imported image.</summary>
    public async Task<IReadOnlyList<RemoteImage>> ListAsync(CancellationToken cancellation = default) =>
        (await _api.GetAsync("v1/images", ClientJson.Default.ImagesBody, cancellation)).Items;

    /// <summary>Takes a name, NAME or NAME:TAG, away.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellation = default) =>
        _api.SendAsync(HttpMethod.Delete, $"v1/images/{Uri.EscapeDataString(name)}", cancellation);
}
