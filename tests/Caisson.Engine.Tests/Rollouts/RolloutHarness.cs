using Caisson.Engine.Rollouts;
using Caisson.Engine.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Caisson.Engine.Tests.Rollouts;

/// <summary>A rollout engine over scripted sandboxes; its directory outlives it so that it can be restarted.</summary>
internal sealed class RolloutHarness : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("caisson-rollouts-").FullName;

    public FakeSlots Slots { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };

    public RolloutEngine Engine { get; private set; } = null!;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public string[] Folders => Directory.GetDirectories(_root);

    public static async Task<RolloutHarness> StartAsync(Func<RolloutOptions, RolloutOptions>? change = null)
    {
        var harness = new RolloutHarness();
        await harness.RestartAsync(change);
        return harness;
    }

    public async Task RestartAsync(Func<RolloutOptions, RolloutOptions>? change = null)
    {
        if (Engine is not null)
            await Engine.DisposeAsync();
        var options = new RolloutOptions { Directory = _root, Parallelism = 4, RetryPause = TimeSpan.Zero };
        Engine = new RolloutEngine(change?.Invoke(options) ?? options, Slots, new FakeTemplates(), Time, NullLogger<RolloutEngine>.Instance);
        await Engine.StartAsync(Token);
    }

    public static RolloutRequest Batch(int count, string? key = null, string command = "run", RolloutPriority priority = RolloutPriority.Normal) => new()
    {
        Key = key,
        Priority = priority,
        Executions = [.. Enumerable.Range(0, count).Select(index => new RolloutExecution { Name = $"n{index}", Steps = [new RolloutStep { Name = "run", Command = $"{command}{index}" }] })],
    };

    public async Task<List<RolloutResult>> ReadAsync(string id, long after = 0, string tenant = "t")
    {
        var results = new List<RolloutResult>();
        await foreach (var result in Engine.ReadAsync(tenant, id, after, Token))
            results.Add(result);
        return results;
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Assert.Equal(0, Slots.Alive);
        Directory.Delete(_root, recursive: true);
    }
}
