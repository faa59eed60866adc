using Caisson.Client;
using Caisson.Core.Failures;
using Caisson.Rollouts.Tests.Ground;

namespace Caisson.Rollouts.Tests;

/// <summary>Results outlive the server, and what had none is run by the next.</summary>
public sealed class RestartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_crash_in_the_middle_loses_nothing()
    {
        Assert.SkipWhen(Binaries.Missing is not null, Binaries.Missing ?? "");
        using var host = new HostState();
        var tasks = Enumerable.Range(0, 24).Select(index => new RolloutTask { Command = "sh", Arguments = ["-c", $"sleep 0.5; echo {index}"] }).ToArray();
        var seen = new List<RolloutOutcome>();
        string id;
        await using (var first = await RealServer.StartAsync(host.State))
        {
            using var client = first.Client();
            id = (await client.Rollouts.SubmitAsync(tasks, "once", cancellation: Token)).Id;
            var failure = await Assert.ThrowsAsync<CaissonException>(async () =>
            {
                await foreach (var result in client.Rollouts.ReadAsync(id, cancellation: Token))
                {
                    seen.Add(result);
                    if (seen.Count == 6)
                        await first.CrashAsync();
                }
            });
            Assert.Equal(ErrorCode.Unavailable, failure.Code);
        }

        await using (var second = await RealServer.StartAsync(host.State))
        {
            using var client = second.Client();
            await foreach (var result in client.Rollouts.ReadAsync(id, seen[^1].Sequence, Token))
                seen.Add(result);
            Assert.Equal(id, (await client.Rollouts.SubmitAsync(tasks, "once", cancellation: Token)).Id);
        }

        Assert.Equal(Enumerable.Range(0, tasks.Length), seen.Select(result => result.Index).Order());
        Assert.All(seen, result => Assert.Equal((RolloutLabel.Ok, $"{result.Index}\n"), (result.Label, result.Steps[0].Stdout)));
        Assert.Empty(await host.LeftAsync());
    }

    [Fact]
    public async Task A_server_that_stops_takes_running_executions_along()
    {
        Assert.SkipWhen(Binaries.Missing is not null, Binaries.Missing ?? "");
        using var host = new HostState();
        await using (var server = await RealServer.StartAsync(host.State))
        {
            using var client = server.Client();
            await client.Rollouts.SubmitAsync([.. Enumerable.Repeat(new RolloutTask { Command = "sleep", Arguments = ["600"], TimeoutSeconds = 600 }, 8)], cancellation: Token);
            await Task.Delay(1000, Token);
            await server.StopAsync();
        }

        Assert.Empty(await host.LeftAsync());
    }
}
