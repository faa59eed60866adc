using System.Diagnostics;
using System.Globalization;
using Caisson.Bench.Racing;
using Caisson.Bench.Servers;

namespace Caisson.Bench.Scenarios;

/// <summary>One run of very many isolated executions: the rate stays, and the server does not grow.</summary>
internal sealed class SoakScenario : IScenario
{
    private const int Size = 1000;
    private const int WarmUps = 2;

    public string Name => "soak";

    public string Title => "batches of 1,000 isolated Python executions, one after another (--rounds 100: 100,000 of them)";

    public bool OnlyWhenNamed => true;

    public int Rounds => 100;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var soak = await MeasureAsync(await laboratory.ServerAsync(cancellation), rounds, Size, cancellation);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rounds * Size} executions: {Size * rounds / soak.Seconds.Sum():0} a second"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a batch in the last third took {soak.Slowdown:0.00} times one in the first"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the server's memory: {soak.Resident[0] >> 20} MB after the first batch, {soak.Resident[^1] >> 20} MB after the last, {soak.Grown >> 10} KB more in the last third than in the first"));
        Console.WriteLine();
        return [new("a batch of 1,000", [.. soak.Seconds.Select(seconds => seconds * 1000)])];
    }

    /// <summary>Runs batches one after another and looks at the server after each.</summary>
    public static async Task<Soak> MeasureAsync(CaissonServer server, int batches, int size, CancellationToken cancellation)
    {
        var seconds = new List<double>(batches);
        var resident = new List<long>(batches);
        for (var batch = -WarmUps; batch < batches; batch++)
        {
            var start = Stopwatch.GetTimestamp();
            await RolloutScenario.BatchAsync(server, size, fresh: false, [], cancellation);
            if (batch < 0)
                continue;
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            resident.Add(ResidentOf(server.ProcessId));
        }

        return new Soak(seconds, resident);
    }

    private static long ResidentOf(int pid)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status")).First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
