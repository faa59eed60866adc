using System.Net.Http.Json;
using System.Text.Json;
using Caisson.Client;

namespace Caisson.Rollouts.Tests.Ground;

/// <summary>One server for the whole suite, speaking SandboxFusion too; at its end nothing of any execution may be on the host.</summary>
public sealed class SharedServer : IAsyncLifetime
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
            _server = await RealServer.StartAsync(_host.State, "--sandboxfusion", "trainer", "--pool-max", "0");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            Assert.Empty(await _host.LeftAsync());
        }

        _host.Dispose();
    }

    /// <summary>Posts to the SandboxFusion dialect, without a key.</summary>
    internal async Task<JsonElement> FusionAsync(string path, object body)
    {
        using var http = new HttpClient { BaseAddress = Server.Url, Timeout = TimeSpan.FromSeconds(180) };
        using var response = await http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer;
    }

    /// <summary>Runs tasks as one rollout; results by index.</summary>
    internal async Task<RolloutOutcome[]> RunAsync(params RolloutTask[] tasks)
    {
        using var client = Server.Client();
        var rollout = await client.Rollouts.SubmitAsync(tasks, cancellation: TestContext.Current.CancellationToken);
        var results = new RolloutOutcome[tasks.Length];
        await foreach (var result in client.Rollouts.ReadAsync(rollout.Id, cancellation: TestContext.Current.CancellationToken))
            results[result.Index] = result;
        return results;
    }
}
