using Caisson.Client.Wire;
using Caisson.Core.Advice;
using Caisson.Core.Sandboxes;

namespace Caisson.Client;

/// <summary>A Caisson server, reached over HTTP with an API key.</summary>
public sealed class CaissonClient : IDisposable
{
    private readonly Api _api;

    /// <summary>Talks to the server at an address with a key; <paramref name="handler"/> replaces the HTTP stack and is not disposed.</summary>
    public CaissonClient(Uri server, string apiKey, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentException.ThrowIfNullOrEmpty(apiKey);
        _api = new Api(server, apiKey, handler);
        Rollouts = new RemoteRollouts(_api);
        Templates = new RemoteTemplates(_api);
        Volumes = new RemoteVolumes(_api);
        Secrets = new RemoteSecrets(_api);
        Snapshots = new RemoteSnapshots(_api);
        Images = new RemoteImages(_api);
    }

    /// <summary>Batches of independent executions.</summary>
    public RemoteRollouts Rollouts { get; }

    /// <summary>What sandboxes can be started from.</summary>
    public RemoteTemplates Templates { get; }

    /// <summary>Files that outlive sandboxes.</summary>
    public RemoteVolumes Volumes { get; }

    /// <summary>What the gateway puts into headers.</summary>
    public RemoteSecrets Secrets { get; }

    /// <summary>What sandboxes were kept as.</summary>
    public RemoteSnapshots Snapshots { get; }

    /// <summary>Container images as templates.</summary>
    public RemoteImages Images { get; }

    /// <summary>Creates a sandbox and answers once it is ready.</summary>
    public async Task<RemoteSandbox> CreateAsync(SandboxSpec? spec = null, CancellationToken cancellation = default)
    {
        var body = CreateBody.Of(spec ?? new SandboxSpec());
        var created = await _api.SendAsync(HttpMethod.Post, "v1/sandboxes", body, ClientJson.Default.CreateBody, ClientJson.Default.CreatedBody, cancellation);
        return new RemoteSandbox(_api, created.Sandbox, created.TrafficToken);
    }

    /// <summary>The live sandbox of that id, or a NotFound failure.</summary>
    public async Task<RemoteSandbox> GetAsync(string id, CancellationToken cancellation = default) =>
        new(_api, await _api.GetAsync(Api.Sandbox(id), ClientJson.Default.SandboxDescription, cancellation), null);

    /// <summary>One page of live sandboxes, newest first.</summary>
    /// <param name="after">The <see cref="SandboxListing.Next"/> of the page before, or null for the first.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<SandboxListing> ListAsync(string? after = null, CancellationToken cancellation = default) =>
        _api.GetAsync("v1/sandboxes" + (after is null ? "" : $"?after={Uri.EscapeDataString(after)}"), ClientJson.Default.SandboxListing, cancellation);

    /// <summary>Every wall of the server and what it can do on its host.</summary>
    public async Task<IReadOnlyList<WallStatus>> WallsAsync(CancellationToken cancellation = default) =>
        (await _api.GetAsync("v1/walls", ClientJson.Default.WallsBody, cancellation)).Items;

    /// <summary>Which of the server's walls to use for a workload, and why.</summary>
    public Task<Recommendation> AdviseAsync(Workload workload, CancellationToken cancellation = default) =>
        _api.SendAsync(HttpMethod.Post, "v1/advise", workload, AdviceJson.Default.Workload, AdviceJson.Default.Recommendation, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _api.Dispose();
}
