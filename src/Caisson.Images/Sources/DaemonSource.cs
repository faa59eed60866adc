using System.Net;
using System.Net.Sockets;
using Caisson.Core.Failures;

namespace Caisson.Images.Sources;

/// <summary>An image of the local Docker daemon, as <c>docker save</c> gives it.</summary>
internal sealed class DaemonSource(string image, string socket) : IImageSource
{
    private const string DefaultSocket = "/var/run/docker.sock";
    private const string UnixScheme = "unix://";

    /// <summary>The daemon's socket: that of DOCKER_HOST, or the usual one.</summary>
    public static string Socket() => Environment.GetEnvironmentVariable("DOCKER_HOST") switch
    {
        null or "" => DefaultSocket,
        var host when host.StartsWith(UnixScheme, StringComparison.Ordinal) => host[UnixScheme.Length..],
        _ => throw new CaissonException(ErrorCode.Unsupported, "DOCKER_HOST names a daemon that is not reached by a Unix socket", "Save the image there with 'docker save' and import the archive."),
    };

    /// <inheritdoc/>
    public async Task WriteAsync(Stream target, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, token) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), token).ConfigureAwait(false);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            using var response = await http.GetAsync(new Uri($"http://localhost/images/{Uri.EscapeDataString(image)}/get"), HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotFound)
                throw new CaissonException(ErrorCode.NotFound, $"the Docker daemon has no image '{image}'", "List its images with 'docker images'.");
            response.EnsureSuccessStatusCode();
            await using var archive = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await archive.CopyToAsync(target, 1 << 18, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new CaissonException(ErrorCode.Unavailable, $"the Docker daemon at {socket} does not answer: {e.Message}", "Start it, or set DOCKER_HOST to unix://SOCKET.", inner: e);
        }
    }
}
