using Caisson.Core.Backends;
using Caisson.Verify;
using Caisson.Verify.Server;

namespace Caisson.Backends.Conformance.Tests;

/// <summary>One server for all cases, and a bench for each wall that is used.</summary>
public sealed class Walls : IAsyncLifetime
{
    private readonly Dictionary<string, Bench> _benches = new(StringComparer.Ordinal);
    private PrivateServer? _server;
    private WallVerifier? _verifier;
    private IReadOnlyList<Client.WallStatus>? _status;

    public async ValueTask InitializeAsync()
    {
        _server = await PrivateServer.StartAsync(Program(), CancellationToken.None);
        _verifier = new WallVerifier(_server, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var bench in _benches.Values)
                await bench.DisposeAsync();
            // A server that ends leaves what somebody owns running, for ever where its directory goes with it.
            if (_server is not null)
                await EndOthersAsync();
        }
        finally
        {
            if (_server is not null)
                await _server.DisposeAsync();
        }
    }

    /// <summary>A client of the server that all cases share.</summary>
    public Client.CaissonClient Client => _server!.Client;

    public Task<IReadOnlyList<string>> UsableAsync() => _verifier!.UsableAsync(CancellationToken.None);

    /// <summary>What of this host keeps a wall from being used, or null.</summary>
    public async Task<string?> MissingAsync(string wall)
    {
        _status ??= await Client.WallsAsync(CancellationToken.None);
        if (_status.FirstOrDefault(one => one.Name == wall) is not { } found)
            return $"the server has no wall '{wall}'";
        var missing = found.Checks.Where(check => check.State == HostCheckState.Missing).Select(check => $"{check.Feature}: {check.Detail}");
        return found.Usable ? null : $"the wall '{wall}' cannot be used on this host: {string.Join("; ", missing)}";
    }

    public async Task<CaseResult> RunAsync(string wall, VerifyCase verified)
    {
        if (!_benches.TryGetValue(wall, out var bench))
            _benches[wall] = bench = await _verifier!.OpenAsync(wall, CancellationToken.None);
        return await _verifier!.RunAsync(bench, verified, CancellationToken.None);
    }

    private async Task EndOthersAsync()
    {
        var left = new List<string>();
        foreach (var sandbox in (await Client.ListAsync()).Items)
        {
            left.Add($"{sandbox.Id} behind {sandbox.Wall}");
            await using var ended = await Client.GetAsync(sandbox.Id, CancellationToken.None);
        }

        if (left.Count > 0)
            throw new InvalidOperationException($"the cases left {string.Join(", ", left)}");
    }

    private static string Program()
    {
        if (Environment.GetEnvironmentVariable("CAISSON_BIN") is { Length: > 0 } named)
            return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "artifacts", "bin", "caisson");
            if (File.Exists(candidate))
                return candidate;
        }

        throw new FileNotFoundException("caisson is not built: ./caisson --build-only");
    }
}
