using Caisson.Verify;
using Caisson.Verify.Server;

namespace Caisson.Backends.Conformance.Tests;

/// <summary>One server for all cases, and a bench for each wall that is used.</summary>
public sealed class Walls : IAsyncLifetime
{
    private readonly Dictionary<string, Bench> _benches = new(StringComparer.Ordinal);
    private PrivateServer? _server;
    private WallVerifier? _verifier;

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
        }
        finally
        {
            if (_server is not null)
                await _server.DisposeAsync();
        }
    }

    public Task<IReadOnlyList<string>> UsableAsync() => _verifier!.UsableAsync(CancellationToken.None);

    public async Task<CaseResult> RunAsync(string wall, VerifyCase verified)
    {
        if (!_benches.TryGetValue(wall, out var bench))
            _benches[wall] = bench = await _verifier!.OpenAsync(wall, CancellationToken.None);
        return await _verifier!.RunAsync(bench, verified, CancellationToken.None);
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
