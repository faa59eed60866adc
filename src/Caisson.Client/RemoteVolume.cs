using Caisson.Client.Wire;

namespace Caisson.Client;

/// <summary>One volume of a server and its files, whether or not a sandbox has it.</summary>
public sealed class RemoteVolume
{
    private readonly Api _api;
    private readonly string _path;

    internal RemoteVolume(Api api, VolumeDescription description)
    {
        _api = api;
        Description = description;
        _path = $"v1/volumes/{description.Id}/files";
    }

    /// <summary>What it was when this object was made.</summary>
    public VolumeDescription Description { get; }

    /// <summary>Opens a file for reading; disposing the stream closes it.</summary>
    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellation = default)
    {
        var response = await _api.RequestAsync(new HttpRequestMessage(HttpMethod.Get, _path + Query(path)), cancellation);
        return await response.Content.ReadAsStreamAsync(cancellation);
    }

    /// <summary>Writes a whole file, which takes its place at once; its directory must be there. <paramref name="replace"/> says whether one that is there may go.</summary>
    public Task<VolumeFile> WriteAsync(string path, Stream content, UnixFileMode? mode = null, bool replace = true, CancellationToken cancellation = default)
    {
        var query = Query(path) + (mode is { } bits ? "&mode=" + Convert.ToString((int)bits, 8) : "") + (replace ? "" : "&replace=false");
        return _api.SendAsync(new HttpRequestMessage(HttpMethod.Put, _path + query) { Content = new LiveContent(content) }, ClientJson.Default.VolumeFile, cancellation);
    }

    /// <summary>Describes one path; a link itself, not what it leads to.</summary>
    public Task<VolumeFile> StatAsync(string path, CancellationToken cancellation = default) =>
        _api.GetAsync(_path + "/stat" + Query(path), ClientJson.Default.VolumeFile, cancellation);

    /// <summary>Lists a directory some levels deep.</summary>
    public async Task<IReadOnlyList<VolumeFile>> ListAsync(string path = "/", int depth = 1, CancellationToken cancellation = default)
    {
        var query = FormattableString.Invariant($"{_path}/list{Query(path)}&depth={depth}");
        return (await _api.GetAsync(query, ClientJson.Default.VolumeFilesBody, cancellation)).Items;
    }

    /// <summary>Makes a directory and its missing parents.</summary>
    public Task<VolumeFile> MakeDirectoryAsync(string path, CancellationToken cancellation = default) => _api.SendAsync(
        HttpMethod.Post, _path + "/directory", new VolumeDirectoryBody(path), ClientJson.Default.VolumeDirectoryBody, ClientJson.Default.VolumeFile, cancellation);

    /// <summary>Renames a file or a directory.</summary>
    public Task<VolumeFile> MoveAsync(string source, string destination, bool replace = false, CancellationToken cancellation = default) => _api.SendAsync(
        HttpMethod.Post, _path + "/move", new VolumeMoveBody(source, destination, replace), ClientJson.Default.VolumeMoveBody, ClientJson.Default.VolumeFile, cancellation);

    /// <summary>Removes a file or a whole directory.</summary>
    public Task RemoveAsync(string path, CancellationToken cancellation = default) => _api.SendAsync(HttpMethod.Delete, _path + Query(path), cancellation);

    private static string Query(string path) => $"?path={Uri.EscapeDataString(path)}";
}
