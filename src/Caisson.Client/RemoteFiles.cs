using System.Text;
using Caisson.Client.Wire;

namespace Caisson.Client;

/// <summary>Files inside a sandbox. A null user means the sandbox's default.</summary>
public sealed class RemoteFiles
{
    private readonly Api _api;
    private readonly string _path;

    internal RemoteFiles(Api api, string sandbox) => (_api, _path) = (api, sandbox + "/files");

    /// <summary>Opens a file for reading; disposing the stream closes it.</summary>
    public async Task<Stream> OpenReadAsync(string path, string? user = null, CancellationToken cancellation = default)
    {
        var response = await _api.RequestAsync(new HttpRequestMessage(HttpMethod.Get, _path + Query(path, user)), cancellation);
        return await response.Content.ReadAsStreamAsync(cancellation);
    }

    /// <summary>Reads a whole file as UTF-8 text.</summary>
    public async Task<string> ReadTextAsync(string path, string? user = null, CancellationToken cancellation = default)
    {
        using var reader = new StreamReader(await OpenReadAsync(path, user, cancellation), Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellation);
    }

    /// <summary>Writes a whole file from a stream, making missing parents; <paramref name="mode"/> are the permission bits of a new file.</summary>
    public Task<RemoteFile> WriteAsync(
        string path, Stream content, UnixFileMode? mode = null, string? user = null, CancellationToken cancellation = default)
    {
        var query = Query(path, user) + (mode is { } bits ? "&mode=" + Convert.ToString((int)bits, 8) : "");
        var message = new HttpRequestMessage(HttpMethod.Put, _path + query) { Content = new LiveContent(content) };
        return _api.SendAsync(message, ClientJson.Default.RemoteFile, cancellation);
    }

    /// <summary>Writes a whole file of UTF-8 text.</summary>
    public async Task<RemoteFile> WriteTextAsync(string path, string text, string? user = null, CancellationToken cancellation = default)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await WriteAsync(path, content, null, user, cancellation);
    }

    /// <summary>Describes one path.</summary>
    public Task<RemoteFile> StatAsync(string path, string? user = null, CancellationToken cancellation = default) =>
        _api.GetAsync(_path + "/stat" + Query(path, user), ClientJson.Default.RemoteFile, cancellation);

    /// <summary>Lists a directory some levels deep.</summary>
    public async Task<IReadOnlyList<RemoteFile>> ListAsync(string path, int depth = 1, string? user = null, CancellationToken cancellation = default)
    {
        var query = FormattableString.Invariant($"{_path}/list{Query(path, user)}&depth={depth}");
        return (await _api.GetAsync(query, ClientJson.Default.FilesBody, cancellation)).Items;
    }

    /// <summary>Makes a directory and its missing parents.</summary>
    public Task<RemoteFile> MakeDirectoryAsync(string path, string? user = null, CancellationToken cancellation = default) =>
        _api.SendAsync(
            HttpMethod.Post, _path + "/directory", new DirectoryBody(path, user), ClientJson.Default.DirectoryBody, ClientJson.Default.RemoteFile, cancellation);

    /// <summary>Renames a file or a directory.</summary>
    public Task<RemoteFile> MoveAsync(string source, string destination, string? user = null, CancellationToken cancellation = default) =>
        _api.SendAsync(
            HttpMethod.Post, _path + "/move", new MoveBody(source, destination, user), ClientJson.Default.MoveBody, ClientJson.Default.RemoteFile, cancellation);

    /// <summary>Removes a file or a whole directory; a path that is not there is fine.</summary>
    public Task RemoveAsync(string path, string? user = null, CancellationToken cancellation = default) =>
        _api.SendAsync(HttpMethod.Delete, _path + Query(path, user), cancellation);

    private static string Query(string path, string? user) =>
        $"?path={Uri.EscapeDataString(path)}" + (user is null ? "" : $"&user={Uri.EscapeDataString(user)}");
}
