using Caisson.Rollouts.Tests.Ground;

namespace Caisson.Dialects.SweRex.Tests.Ground;

/// <summary>The suite's server, speaking SWE-ReX too.</summary>
public sealed class SharedServer() : SuiteServer("--swerex", "none")
{
    private int _names;

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

    private protected override Task EndingAsync(RealServer server) => EndAllAsync(server);

    internal string NewName() => $"t{Interlocked.Increment(ref _names)}";
}
