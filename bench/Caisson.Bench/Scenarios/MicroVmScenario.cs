using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Caisson.Bench.Peers;
using Caisson.Bench.Racing;
using Caisson.Bench.Servers;

namespace Caisson.Bench.Scenarios;

internal sealed class MicroVmScenario : IScenario
{
    private const int Clones = 20;
    private const int Megabytes = 128;
    private const int LoopOf = 50;
    private static readonly TimeSpan _preparation = TimeSpan.FromMinutes(10);

    public string Name => "microvm";

    public string Title => "a machine: cold to its guest's first word, cloned with its first program, exec, 20 at once";

    public int Rounds => 10;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var server = await laboratory.ServerAsync(cancellation);
        await PrepareAsync(server, cancellation);
        var starts = await Race.RunAsync(
            [
                new("plain QEMU, cold", token => PlainMachine.RunAsync(laboratory.Workspace, token)),
                new("POST /v1/sandboxes with exec true", token => OneAsync(server, token)),
            ],
            rounds,
            cancellation);
        Table.Print(starts);
        Console.WriteLine();
        await ClonesAsync(server, cancellation);
        return await ExecAsync(server, rounds * 4, cancellation);
    }

    private static async Task<List<Samples>> ExecAsync(CaissonServer server, int rounds, CancellationToken cancellation)
    {
        var id = await CreateAsync(server, cancellation);
        try
        {
            var loop = new JsonObject { ["command"] = "/bin/sh", ["arguments"] = new JsonArray("-c", $"i=0; while [ $i -lt {LoopOf} ]; do /usr/bin/true; i=$((i+1)); done") };
            var rows = await Race.RunAsync(
                [
                    new("the machine's own shell, true, each", token => server.SendAsync(HttpMethod.Post, $"v1/sandboxes/{id}/exec", CaissonServer.Json(loop.DeepClone()), token), Of: LoopOf),
                    new("POST /v1/sandboxes/ID/exec true", token => server.ExecAsync(id, "true", token)),
                ],
                rounds,
                cancellation);
            if (rows.TrueForAll(row => !row.IsEmpty))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a program started from outside costs {rows[1].Median - rows[0].Median:0.0} ms more than one that the machine's own shell starts (median; {rows[1].Min - rows[0].Min:0.0} by the least times)\n"));
            return rows;
        }
        finally
        {
            await server.KillAsync(id, CancellationToken.None);
        }
    }

    private static async Task ClonesAsync(CaissonServer server, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var ids = await Task.WhenAll(Enumerable.Range(0, Clones).Select(_ => CreateAsync(server, cancellation)));
        var took = Stopwatch.GetElapsedTime(start);
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
            var own = ids.Select(PrivateBytes).Order().ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Clones} at once in {took.TotalMilliseconds:0} ms; idle, each of {Megabytes} MB keeps {own[0] / 1048576.0:0.0} to {own[^1] / 1048576.0:0.0} MB of its own (median {own[own.Count / 2] / 1048576.0:0.0})"));
            Console.WriteLine();
        }
        finally
        {
            foreach (var id in ids)
                await server.KillAsync(id, CancellationToken.None);
        }
    }

    private static async Task OneAsync(CaissonServer server, CancellationToken cancellation)
    {
        var body = Body();
        body["exec"] = new JsonObject { ["command"] = "true" };
        var answer = await server.SendAsync(HttpMethod.Post, "v1/sandboxes", CaissonServer.Json(body), cancellation);
        if ((int?)answer["exec"]?["exitCode"] != 0)
            throw new BenchException($"the first program did not end well: {answer["exec"]?.ToJsonString()}");
        await server.KillAsync((string)answer["sandbox"]!["id"]!, cancellation);
    }

    private static async Task<string> CreateAsync(CaissonServer server, CancellationToken cancellation) =>
        (string)(await server.SendAsync(HttpMethod.Post, "v1/sandboxes", CaissonServer.Json(Body()), cancellation))["sandbox"]!["id"]!;

    private static JsonObject Body() => new() { ["wall"] = "microvm", ["timeoutSeconds"] = 600, ["resources"] = new JsonObject { ["memoryBytes"] = Megabytes << 20 } };

    // The template's image and machine are made when they are first asked for.
    private static async Task PrepareAsync(CaissonServer server, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await OneAsync(server, cancellation);
                return;
            }
            catch (Exception e) when (e is BenchException or TaskCanceledException { InnerException: TimeoutException } && e.Message.Contains("still being made", StringComparison.Ordinal) && Stopwatch.GetElapsedTime(start) < _preparation)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
            }
        }
    }

    private static long PrivateBytes(string id)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _)))
        {
            try
            {
                if (File.ReadAllText($"{folder}/cmdline").Contains(id, StringComparison.Ordinal))
                    return File.ReadLines($"{folder}/smaps_rollup").Where(line => line.StartsWith("Private_", StringComparison.Ordinal) && !line.Contains("Hugetlb", StringComparison.Ordinal)).Sum(Kilobytes) << 10;
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }

        return 0;
    }

    private static long Kilobytes(string line) => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
