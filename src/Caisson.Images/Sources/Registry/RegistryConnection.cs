using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Caisson.Core.Failures;

namespace Caisson.Images.Sources.Registry;

/// <summary>Requests to one registry for one repository (OCI distribution specification), with the credentials or token that it asks for.</summary>
internal sealed class RegistryConnection : IDisposable
{
    private const int MostRedirects = 5;
    private const int LongestJson = 4 << 20;
    private static readonly TimeSpan _connectPatience = TimeSpan.FromSeconds(15);
    private readonly RegistryReference _reference;
    private readonly RegistryAccess _access;
    private readonly HttpClient _http;
    private AuthenticationHeaderValue? _authorization;

    public RegistryConnection(RegistryReference reference, RegistryAccess access)
    {
        if (access.PlainHttp && !reference.IsLoopback)
            throw new CaissonException(ErrorCode.InvalidArgument, "HTTP without TLS is only for registries on this host's loopback", "Leave --plain-http out.");
        (_reference, _access) = (reference, access);
        // A redirection goes without the Authorization header, and never from TLS to plain HTTP.
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = _connectPatience, MaxAutomaticRedirections = MostRedirects, UseCookies = false, UseProxy = !reference.IsLoopback })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    private string Scheme => _access.PlainHttp ? "http" : "https";

    /// <summary>Reads a small document, no longer than 4 MiB.</summary>
    public async Task<(byte[] Content, string? MediaType)> ReadAsync(string path, IReadOnlyList<string> accepted, CancellationToken cancellation)
    {
        using var response = await SendAsync(path, accepted, cancellation).ConfigureAwait(false);
        return (await ReadSmallAsync(response, cancellation).ConfigureAwait(false), response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Asks for content; the response is the caller's to dispose.</summary>
    public async Task<HttpResponseMessage> SendAsync(string path, IReadOnlyList<string> accepted, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{Scheme}://{_reference.Host}/v2/{_reference.Repository}/{path}"));
            foreach (var type in accepted)
                request.Headers.Accept.ParseAdd(type);
            request.Headers.Authorization = _authorization;
            var response = await SendAsync(request, cancellation).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
            {
                if (response.StatusCode != HttpStatusCode.Unauthorized || attempt > 0)
                    throw Refused(response.StatusCode);
                _authorization = await AuthorizeAsync(Challenge.Read(response.Headers.WwwAuthenticate), cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<AuthenticationHeaderValue> AuthorizeAsync(Challenge? challenge, CancellationToken cancellation)
    {
        var credentials = _access.Credentials ?? RegistryCredentials.Find(_access.DockerConfiguration, _reference.Host);
        if (challenge is null || challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            return new AuthenticationHeaderValue("Basic", credentials?.Basic ?? throw Refused(HttpStatusCode.Unauthorized));
        var realm = challenge.Parameters.GetValueOrDefault("realm");
        // Credentials go to nobody in clear, whatever the registry asks for.
        if (!Uri.TryCreate(realm, UriKind.Absolute, out var service) || (service.Scheme != Uri.UriSchemeHttps && !(service.Scheme == Uri.UriSchemeHttp && _access.PlainHttp && service.IsLoopback)))
            throw new CaissonException(ErrorCode.Unavailable, $"the registry {_reference.Host} names no usable token service");
        var query = string.Join('&', ((string[])["service", "scope"]).Where(challenge.Parameters.ContainsKey).Select(name => $"{name}={Uri.EscapeDataString(challenge.Parameters[name])}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(service) { Query = query }.Uri);
        if (credentials is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials.Basic);
        using var response = await SendAsync(request, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw Refused(response.StatusCode);
        var token = JsonSerializer.Deserialize(await ReadSmallAsync(response, cancellation).ConfigureAwait(false), RegistryJson.Default.RegistryToken);
        return new AuthenticationHeaderValue("Bearer", token?.Token ?? token?.AccessToken ?? throw Refused(HttpStatusCode.Unauthorized));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new CaissonException(ErrorCode.Unavailable, $"the registry {_reference.Host} does not answer: {e.Message}", "See that it can be reached; a registry on loopback without TLS needs --plain-http.", inner: e);
        }
    }

    private static async Task<byte[]> ReadSmallAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[64 << 10];
        using var content = new MemoryStream();
        for (int read; (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0; content.Write(buffer, 0, read))
        {
            if (content.Length + read > LongestJson)
                throw new CaissonException(ErrorCode.InvalidArgument, "the registry's description of the image is larger than 4 MiB");
        }

        return content.ToArray();
    }

    private CaissonException Refused(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => new(ErrorCode.NotFound, $"there is no image {_reference}"),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(ErrorCode.PermissionDenied, $"the registry does not give {_reference} to us", "Log in with 'docker login', or set CAISSON_REGISTRY_USER and CAISSON_REGISTRY_PASSWORD."),
        HttpStatusCode.TooManyRequests => new(ErrorCode.ResourceExhausted, $"the registry {_reference.Host} refuses more requests for now", "Wait, or log in."),
        _ => new(ErrorCode.Unavailable, $"the registry {_reference.Host} answered {(int)status}"),
    };
}
