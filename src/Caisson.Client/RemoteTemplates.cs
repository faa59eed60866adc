using System.Runtime.CompilerServices;
using System.Text.Json;
using Caisson.Client.Wire;
using Caisson.Core.Failures;

namespace Caisson.Client;

/// <summary>The templates of a server.</summary>
public sealed class RemoteTemplates
{
    private readonly Api _api;

    internal RemoteTemplates(Api api) => _api = api;

    /// <summary>Begins a build and returns once the server has it; it goes on by itself.</summary>
    public Task<BuildStatus> BuildAsync(DockerfileBuild build, CancellationToken cancellation = default) => _api.SendAsync(
        HttpMethod.Post,
        "v1/templates",
        new BuildTemplateBody(
            build.Name, build.Dockerfile, build.Files, build.Arguments, build.StartCommand, build.ReadyCommand, build.Force, EgressBody.Of(build.Egress), build.StepTimeoutSeconds),
        ClientJson.Default.BuildTemplateBody,
        ClientJson.Default.BuildStatus,
        cancellation);

    /// <summary>What a build is now.</summary>
    public Task<BuildStatus> GetBuildAsync(string id, CancellationToken cancellation = default) => _api.GetAsync(Build(id), ClientJson.Default.BuildStatus, cancellation);

    /// <summary>Ends a build; nothing of it runs any more when this returns.</summary>
    public Task CancelBuildAsync(string id, CancellationToken cancellation = default) => _api.SendAsync(HttpMethod.Delete, Build(id), cancellation);

    /// <summary>Lines of a build's log after so many as they come, until the build ends; Unavailable when the connection is lost, after which reading may go on.</summary>
    public async IAsyncEnumerable<BuildLine> ReadLogAsync(string id, int after = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var response = await _api.RequestAsync(new HttpRequestMessage(HttpMethod.Get, FormattableString.Invariant($"{Build(id)}/log?after={after}")), cancellation);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (await LineAsync(lines, cancellation) is { } line)
            yield return line;
    }

    /// <summary>The caller's templates, oldest first.</summary>
    public async Task<IReadOnlyList<TemplateStatus>> ListAsync(CancellationToken cancellation = default) =>
        (await _api.GetAsync("v1/templates", ClientJson.Default.TemplatesBody, cancellation)).Items;

    /// <summary>Forgets a template with all its builds; sandboxes from it go on.</summary>
    public Task DeleteAsync(string reference, CancellationToken cancellation = default) => _api.SendAsync(HttpMethod.Delete, Template(reference), cancellation);

    /// <summary>Whether an archive was uploaded, by the SHA-256 of its bytes.</summary>
    public async Task<bool> HasFilesAsync(string hash, CancellationToken cancellation = default)
    {
        try
        {
            await _api.SendAsync(HttpMethod.Get, Files(hash), cancellation);
            return true;
        }
        catch (CaissonException absent) when (absent.Code == ErrorCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Uploads a tar archive, plain or with gzip, for copy steps.</summary>
    public Task PutFilesAsync(string hash, Stream content, CancellationToken cancellation = default) =>
        _api.SendAsync(new HttpRequestMessage(HttpMethod.Put, Files(hash)) { Content = new StreamContent(content) }, cancellation);

    /// <summary>Writes a template as an archive.</summary>
    public async Task ExportAsync(string reference, Stream target, CancellationToken cancellation = default)
    {
        using var response = await _api.RequestAsync(new HttpRequestMessage(HttpMethod.Get, $"{Template(reference)}/archive"), cancellation);
        try
        {
            await response.Content.CopyToAsync(target, cancellation);
        }
        catch (HttpRequestException lost)
        {
            throw new CaissonException(ErrorCode.Unavailable, "The connection was lost before the archive was whole.", "Export it again.", inner: lost);
        }
    }

    /// <summary>Reads a template's archive; <paramref name="name"/> gives it another name than its own. Needs a key that may administer the server.</summary>
    public Task<BuildStatus> ImportAsync(Stream archive, string? name = null, CancellationToken cancellation = default) => _api.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "v1/templates/import" + (name is null ? "" : $"?name={Uri.EscapeDataString(name)}")) { Content = new StreamContent(archive) },
        ClientJson.Default.BuildStatus,
        cancellation);

    private static string Template(string reference) => $"v1/templates/{Uri.EscapeDataString(reference)}";

    private static string Files(string hash) => $"v1/template-files/{Uri.EscapeDataString(hash)}";

    private static string Build(string id) => $"v1/builds/{Uri.EscapeDataString(id)}";

    private static async Task<BuildLine?> LineAsync(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadLineAsync(cancellation) is { } line ? JsonSerializer.Deserialize(line, ClientJson.Default.BuildLine) : null;
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or JsonException)
        {
            throw new CaissonException(ErrorCode.Unavailable, "The connection was lost before the build ended.", "It goes on; read its log again.", inner: failure);
        }
    }
}
