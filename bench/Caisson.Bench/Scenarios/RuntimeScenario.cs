using System.Globalization;
using Caisson.Bench.Peers;
using Caisson.Bench.Racing;
using Caisson.Bench.Servers;

namespace Caisson.Bench.Scenarios;

/// <summary>A wall of an OCI runtime against that runtime's own <c>run</c>, in time and in memory while idle.</summary>
internal sealed class RuntimeScenario(string wall) : IScenario
{
    private const int Idle = 4;

    public string Name => wall;

    public string Title => $"create a sandbox behind {wall} and run its first program, through the server (target: at most 1.5x the bare runtime)";

    public int Rounds => 12;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var peer = await Peer<BareRuntime>.TryAsync(() => BareRuntime.PrepareAsync(wall, Path.Combine(laboratory.Root, wall), cancellation));
        if (peer.Value is not { } runtime)
            return [Samples.NotUsable($"{wall} run true", peer.Reason ?? "")];
        var server = await laboratory.ServerAsync(cancellation);
        string? id = null;
        var rows = await Race.RunAsync(
            [
                new($"{wall} run true", runtime.RunAsync),
                new($"POST /v1/sandboxes with exec true, {wall}", async token => id = await server.CreateAsync("true", token, wall), token => server.KillAsync(id!, token)),
            ],
            rounds,
            cancellation);
        var (ours, theirs) = (await IdleAsync(server, cancellation), await runtime.IdleAsync(Idle, cancellation));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"idle memory, each of {Idle}, guest and runtime included: {ours / 1024.0 / Idle:0} KiB a sandbox, {theirs / 1024.0 / Idle:0} KiB a container of {wall} that sleeps, {(double)ours / theirs:0.00}x"));
        Console.WriteLine();
        return rows;
    }

    private async Task<long> IdleAsync(CaissonServer server, CancellationToken cancellation)
    {
        List<string> ids = [];
        try
        {
            for (var i = 0; i < Idle; i++)
                ids.Add(await server.CreateAsync("true", cancellation, wall));
            return await IdleMemory.OfAsync(ids, [], cancellation);
        }
        finally
        {
            foreach (var id in ids)
                await server.KillAsync(id, CancellationToken.None);
        }
    }
}
