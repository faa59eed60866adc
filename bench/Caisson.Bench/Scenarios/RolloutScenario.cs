using System.Globalization;
using System.Text.Json.Nodes;
using Caisson.Bench.Peers;
using Caisson.Bench.Racing;
using Caisson.Bench.Servers;

namespace Caisson.Bench.Scenarios;

/// <summary>Isolated Python executions through the batch API, beside a loop of bwrap as many at once.</summary>
internal sealed class RolloutScenario : IScenario
{
    private const int Size = 100;
    private const string Code = "print(6 * 7)";

    // What a server runs at once unless told otherwise.
    private static readonly int _atOnce = Math.Max(4, 2 * Environment.ProcessorCount);

    public string Name => "rollout";

    public string Title => string.Create(CultureInfo.InvariantCulture, $"{Size} isolated Python executions, {_atOnce} at once, each checked");

    public int Rounds => 3;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var workspace = laboratory.Workspace;
        var server = await laboratory.ServerAsync(cancellation);
        var seconds = new List<double>();
        var rows = await Race.RunAsync(
            [
                new("bwrap --unshare-all python3, all", token => Parallel.ForEachAsync(
                    Enumerable.Range(0, Size),
                    new ParallelOptions { MaxDegreeOfParallelism = _atOnce, CancellationToken = token },
                    async (_, stop) =>
                    {
                        if ((await ChildProgram.ReadAsync(Bubblewrap.Command(workspace, "python3", "-c", Code), workspace, stop)).Trim() != "42")
                            throw new BenchException("bwrap came back wrong");
                    })),
                new("POST /v1/rollouts, all", token => BatchAsync(server, Size, fresh: false, seconds, token)),
                new("POST /v1/rollouts, fresh, all", token => BatchAsync(server, Size, fresh: true, [], token)),
            ],
            rounds,
            cancellation);
        foreach (var row in rows.Where(row => !row.IsEmpty))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name}: {Size * 1000 / row.Median:0} a second at the median, {Size * 1000 / row.Min:0} at best"));
        seconds.Sort();
        if (seconds.Count > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one execution in a cell: p50 {seconds[seconds.Count / 2] * 1000:0.0} ms, p99 {seconds[seconds.Count * 99 / 100] * 1000:0.0} ms"));
        Console.WriteLine();
        return rows;
    }

    /// <summary>Submits this many executions at once and checks every result.</summary>
    public static async Task BatchAsync(CaissonServer server, int size, bool fresh, List<double> seconds, CancellationToken cancellation)
    {
        var executions = new JsonArray([.. Enumerable.Range(0, size).Select(_ => (JsonNode)new JsonObject { ["language"] = "python", ["code"] = Code, ["fresh"] = fresh })]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/rollouts") { Content = CaissonServer.Json(new JsonObject { ["executions"] = executions }) };
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var answer = await server.Http.SendAsync(request, cancellation);
        var lines = (await answer.Content.ReadAsStringAsync(cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var right = lines.Select(line => JsonNode.Parse(line)!).Where(line =>
            (string?)line["type"] == "result" && (string?)line["label"] == "ok" && (string?)line["isolation"] == (fresh ? "fresh" : "zygote")
            && (string?)line["steps"]![0]!["stdout"] == "42\n").ToList();
        if (right.Count != size)
            throw new BenchException($"{right.Count} of {size} came back right: {lines.LastOrDefault()}");
        seconds.AddRange(right.Select(line => (double)line["steps"]![0]!["seconds"]!));
    }
}
