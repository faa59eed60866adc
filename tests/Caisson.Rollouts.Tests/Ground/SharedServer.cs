using System.Net.Http.Json;
using System.Text.Json;
using Caisson.Client;

namespace Caisson.Rollouts.Tests.Ground;

/// <summary>The suite's server, speaking SandboxFusion too.</summary>
public sealed class SharedServer() : SuiteServer("--sandboxfusion", "trainer")
{
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
