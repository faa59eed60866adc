using System.Net.Sockets;
using Caisson.Core.Failures;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Caisson.Backends.Docker;

/// <summary>Calls to the Docker daemon, each with a bound; failures are typed.</summary>
internal sealed class Daemon(DockerOptions options) : IDisposable
{
    private readonly Lazy<DockerClient> _client = new(() => new DockerClientBuilder().WithEndpoint(new Uri($"unix://{options.Socket}")).WithTimeout(Timeout.InfiniteTimeSpan).Build());

    /// <summary>What the daemon says of itself.</summary>
    public Task<SystemInfoResponse> InfoAsync(CancellationToken cancellation) => CallAsync("describe itself", (client, token) => client.System.GetSystemInfoAsync(token), cancellation);

    /// <summary>Whether it has an image of that name.</summary>
    public async Task<bool> HasImageAsync(string name, CancellationToken cancellation)
    {
        try
        {
            await CallAsync("look for an image", (client, token) => client.Images.InspectImageAsync(name, token), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (CaissonException e) when (e.Code == ErrorCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Makes an image of one layer from a tar.</summary>
    public Task ImportAsync(string repository, string tag, Stream tar, CancellationToken cancellation) => CallAsync("import an image", async (client, token) =>
    {
        await client.Images.CreateImageAsync(new ImagesCreateParameters { FromSrc = "-", Repo = repository, Tag = tag }, tar, null, new Progress<JSONMessage>(), token).ConfigureAwait(false);
        return true;
    }, cancellation);

    /// <summary>Makes a container; NotFound where its image is missing.</summary>
    public Task CreateAsync(CreateContainerParameters container, CancellationToken cancellation) =>
        CallAsync("create a container", (client, token) => client.Containers.CreateContainerAsync(container, token), cancellation);

    /// <summary>Starts a container and returns the host pid of its first process.</summary>
    public async Task<int> StartAsync(string name, CancellationToken cancellation)
    {
        await CallAsync("start a container", (client, token) => client.Containers.StartContainerAsync(name, new ContainerStartParameters(), token), cancellation).ConfigureAwait(false);
        var state = (await CallAsync("describe a container", (client, token) => client.Containers.InspectContainerAsync(name, token), cancellation).ConfigureAwait(false)).State;
        return state is { Running: true, Pid: > 0 }
            ? checked((int)state.Pid)
            : throw new CaissonException(ErrorCode.Internal, $"the container ended at once with {state?.ExitCode}: {state?.Error}", "Run 'caisson doctor'.");
    }

    /// <summary>Removes a container, running or not; one that is not there is fine.</summary>
    public async Task RemoveAsync(string name, CancellationToken cancellation)
    {
        try
        {
            await CallAsync("remove a container", async (client, token) =>
            {
                await client.Containers.RemoveContainerAsync(name, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, token).ConfigureAwait(false);
                return true;
            }, cancellation).ConfigureAwait(false);
        }
        catch (CaissonException e) when (e.Code is ErrorCode.NotFound or ErrorCode.Conflict)
        {
            // Gone, or another removal is at it.
        }
    }

    /// <summary>Every container with that label, running or not.</summary>
    public Task<IList<ContainerListResponse>> ListAsync(string label, CancellationToken cancellation) => CallAsync("list containers", (client, token) => client.Containers.ListContainersAsync(
        new ContainersListParameters { All = true, Filters = new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal) { ["label"] = new Dictionary<string, bool>(StringComparer.Ordinal) { [label] = true } } }, token), cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    private async Task<T> CallAsync<T>(string what, Func<DockerClient, CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Patience);
        try
        {
            // A daemon that hangs may not read the cancellation either.
            return await call(_client.Value, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CaissonException(ErrorCode.Unavailable, $"the Docker daemon did not {what} within {options.Patience.TotalSeconds:0} s", "See how the daemon does, or restart it.");
        }
        catch (DockerApiException e)
        {
            throw new CaissonException(CodeOf(e), $"the Docker daemon did not {what}: {e.ResponseBody?.Trim() ?? e.Message}", "Run 'caisson doctor'.", FailureKind.Infrastructure, e);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or TimeoutException)
        {
            throw new CaissonException(ErrorCode.Unavailable, $"the Docker daemon at {options.Socket} does not answer: {e.Message}", "Start it, or set DOCKER_HOST to unix://SOCKET.", inner: e);
        }
    }

    private static ErrorCode CodeOf(DockerApiException e) => (int)e.StatusCode switch
    {
        404 => ErrorCode.NotFound,
        409 => ErrorCode.Conflict,
        _ => ErrorCode.Internal,
    };
}
