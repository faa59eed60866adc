using System.Collections.Concurrent;
using System.Diagnostics;
using Caisson.Bench.Peers;
using Caisson.Bench.Racing;

namespace Caisson.Bench.Scenarios;

internal sealed class BurstScenario : IScenario
{
    private const int Size = 100;
    private const string ShellBurst = "i=0; while [ $i -lt 100 ]; do /usr/bin/true & i=$((i+1)); done; wait";

    public string Name => "burst";

    public string Title => "100 at once: create and run the first program; every caisson is held alive until all are there";

    public int Rounds => 3;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var workspace = laboratory.Workspace;
        var server = await laboratory.ServerAsync(cancellation);
        var (peer, ours) = (new List<double>(), new List<double>());
        var (peerTotals, ourTotals) = (new List<double>(), new List<double>());
        var pooled = await laboratory.PooledAsync(cancellation);
        var (bare, claimed) = (new List<double>(), new List<double>());
        var (bareTotals, shellTotals, claimedTotals) = (new List<double>(), new List<double>(), new List<double>());
        await CreateAsync(server, 5, [], cancellation);
        await CreateAsync(pooled, 5, [], cancellation);
        for (var round = 0; round < rounds; round++)
        {
            peerTotals.Add(await AllAsync(Size, peer, token => ChildProgram.RunAsync(Bubblewrap.Command(workspace, "true"), workspace, token), cancellation));
            ourTotals.Add(await CreateAsync(server, Size, ours, cancellation));
            bareTotals.Add(await AllAsync(Size, bare, token => ChildProgram.RunAsync(["/usr/bin/true"], workspace, token), cancellation));
            shellTotals.Add(await AllAsync(1, [], token => ChildProgram.RunAsync(["/bin/sh", "-c", ShellBurst], workspace, token), cancellation));
            await pooled.PooledAsync("base", Laboratory.PoolMin, cancellation);
            claimedTotals.Add(await CreateAsync(pooled, Size, claimed, cancellation));
        }

        Table.Print([new("bwrap true", peer, Tail(peer)), new("POST /v1/sandboxes with exec true", ours, Tail(ours))]);
        Console.WriteLine();
        Table.Print([new("fork and exec true", bare, Tail(bare)), new("POST /v1/sandboxes with exec true, from a pool of 100", claimed, Tail(claimed))]);
        Console.WriteLine();
        Table.Print(
        [
            new("fork and exec true, all 100", bareTotals),
            new("the same by a shell, all 100", shellTotals),
            new("POST /v1/sandboxes with exec true, from a pool of 100, all", claimedTotals),
        ]);
        Console.WriteLine();
        return [new("bwrap true, all 100", peerTotals), new("POST /v1/sandboxes with exec true, all 100", ourTotals)];
    }

    /// <summary>Creates this many at once, each with a first program, then ends them all; returns how long the creating took.</summary>
    public static async Task<double> CreateAsync(Servers.CaissonServer server, int size, List<double> times, CancellationToken cancellation)
    {
        var made = new ConcurrentBag<string>();
        try
        {
            return await AllAsync(size, times, async token => made.Add(await server.CreateAsync("true", token)), cancellation);
        }
        finally
        {
            foreach (var id in made)
                await server.KillAsync(id, CancellationToken.None);
        }
    }

    private static async Task<double> AllAsync(int size, List<double> times, Func<CancellationToken, Task> one, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        times.AddRange(await Task.WhenAll(Enumerable.Range(0, size).Select(_ => Task.Run(OneAsync, cancellation))));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;

        async Task<double> OneAsync()
        {
            var begun = Stopwatch.GetTimestamp();
            await one(cancellation);
            return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }
    }

    private static string Tail(List<double> times) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"p99 {new Samples("", times).Percentile(0.99):0.0} ms");
}
