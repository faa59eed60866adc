using Caisson.Bench.Peers;
using Caisson.Bench.Servers;

namespace Caisson.Bench;

/// <summary>The directory, the server and the peers of one run, started when first asked for and all taken down at its end.</summary>
internal sealed class Laboratory(BenchOptions options) : IAsyncDisposable
{
    private CaissonServer? _server;
    private CaissonServer? _pooled;
    private CaissonServer? _docked;
    private Peer<DockerEngine>? _docker;
    private Peer<RuncContainer>? _runc;

    /// <summary>How many sandboxes the server of <see cref="PooledAsync"/> keeps ready.</summary>
    public const int PoolMin = 100;

    private const int PoolMax = 128;

    /// <summary>A directory of this run's own.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("caisson-bench-").FullName;

    /// <summary>An empty directory to start programs in.</summary>
    public string Workspace => Directory.CreateDirectory(Path.Combine(Root, "workspace")).FullName;

    /// <summary>The caisson program.</summary>
    public string Caisson => Path.Combine(options.Binaries, "caisson");

    /// <summary>The program that is inside every sandbox.</summary>
    public string Guest => Path.Combine(options.Binaries, "caisson-guest");

    /// <summary>The directory of the wasm wall's worker and modules.</summary>
    public string Wasm => Path.Combine(options.Binaries, "wasm");

    public async Task<CaissonServer> ServerAsync(CancellationToken cancellation) =>
        _server ??= await StartAsync("state", ["--pool-max", "0"], cancellation);

    /// <summary>A server beside it that keeps this many sandboxes of <c>base</c> ready, which are there when it is handed over.</summary>
    public async Task<CaissonServer> PooledAsync(CancellationToken cancellation)
    {
        _pooled ??= await StartAsync("pooled", ["--pool-max", $"{PoolMax}", "--pool", $"base={PoolMin}"], cancellation);
        await _pooled.PooledAsync("base", PoolMin, cancellation);
        return _pooled;
    }

    public async Task<Peer<DockerEngine>> DockerAsync(CancellationToken cancellation) =>
        _docker ??= await Peer<DockerEngine>.TryAsync(() => DockerEngine.StartAsync(Path.Combine(Root, "docker"), cancellation));

    public async Task<Peer<RuncContainer>> RuncAsync(CancellationToken cancellation) =>
        _runc ??= await Peer<RuncContainer>.TryAsync(() => RuncContainer.StartAsync(Path.Combine(Root, "runc"), cancellation));

    /// <summary>A server of the docker wall, whose sandboxes are this daemon's containers.</summary>
    public async Task<CaissonServer> DockedAsync(DockerEngine engine, CancellationToken cancellation) =>
        _docked ??= await StartAsync("docked", ["--pool-max", "0"], cancellation, $"DOCKER_HOST={engine.Address}");

    public async ValueTask DisposeAsync()
    {
        if (_docked is not null)
            await _docked.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        if (_pooled is not null)
            await _pooled.DisposeAsync();
        if (_docker?.Value is { } docker)
            await docker.DisposeAsync();
        if (_runc?.Value is { } runc)
            await runc.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }

    private Task<CaissonServer> StartAsync(string state, IReadOnlyList<string> more, CancellationToken cancellation, params string[] environment) =>
        CaissonServer.StartAsync(Path.Combine(options.Binaries, "server", "caisson-server"), Path.Combine(Root, state), more, environment, cancellation);
}
