namespace Caisson.Rollouts.Tests.Ground;

/// <summary>One server for the whole suite; at its end nothing of any sandbox may be on the host.</summary>
/// <param name="options">What it is started with.</param>
public abstract class SuiteServer(params string[] options) : IAsyncLifetime
{
    private readonly HostState _host = new();
    private RealServer? _server;

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
            _server = await RealServer.StartAsync(_host.State, [.. options, "--pool-max", "0"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await EndingAsync(_server);
            await _server.DisposeAsync();
            Assert.Empty(await _host.LeftAsync());
        }

        _host.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what tests leave behind and the server would not.</summary>
    private protected virtual Task EndingAsync(RealServer server) => Task.CompletedTask;
}
