using Caisson.Rollouts.Tests.Ground;

namespace Caisson.Dialects.SweRex.Tests.Ground;

/// <summary>One server for the whole suite, speaking SWE-ReX too; at its end nothing of any sandbox may be on the host.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private readonly HostState _host = new();
    private RealServer? _server;
    private int _names;

    internal RealServer Server
    {
        get
        {
            Assert.SkipWhen(Binaries.Missing is not null, Binaries.Missing ?? "");
            return _server!;
        }
    }

    internal HostState Host => _host;

    public async ValueTask InitializeAsync()
    {
        if (Binaries.Missing is null)
            // What stands ready would be taken for something left over.
            _server = await RealServer.StartAsync(_host.State, "--swerex", "none", "--pool-max", "0");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await EndAllAsync(_server);
            await _server.DisposeAsync();
            Assert.Empty(await _host.LeftAsync());
        }

        _host.Dispose();
    }

    /// <summary>Sandboxes outlive their server, and tests leave them as clients do that go away.</summary>
    internal static async Task EndAllAsync(RealServer server)
    {
        using var client = server.Client();
        while ((await client.ListAsync()).Items is { Count: > 0 } left)
        {
            foreach (var sandbox in left)
                await (await client.GetAsync(sandbox.Id)).KillAsync();
        }
    }

    /// <summary>A client of a sandbox that no other test has, named by the path as where no port is given.</summary>
    internal RexClient NewClient(string? name = null) => new(new Uri(Server.Url, $"swerex/base/{name ?? NewName()}"), Server.Key);

    internal string NewName() => $"t{Interlocked.Increment(ref _names)}";
}
