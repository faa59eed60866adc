using System.Diagnostics;

namespace Caisson.Bench.Racing;

/// <summary>Runs contenders in turn, A B C A B C, so that whatever else the machine does falls on all of them alike.</summary>
internal static class Race
{
    private const int WarmUps = 2;

    public static async Task<List<Samples>> RunAsync(IReadOnlyList<Contender> contenders, int rounds, CancellationToken cancellation)
    {
        var times = contenders.Select(_ => new List<double>(rounds)).ToList();
        var faults = new string?[contenders.Count];
        for (var round = -WarmUps; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                if (faults[i] is not null)
                    continue;
                try
                {
                    var start = Stopwatch.GetTimestamp();
                    await contenders[i].RunAsync(cancellation);
                    var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds / contenders[i].Of;
                    if (round >= 0)
                        times[i].Add(time);
                    if (contenders[i].AfterAsync is { } after)
                        await after(cancellation);
                }
                catch (Exception e) when (e is BenchException or HttpRequestException or IOException or TaskCanceledException { InnerException: TimeoutException })
                {
                    faults[i] = $"round {round}: {e.Message}";
                }
            }
        }

        return [.. contenders.Select((c, i) => faults[i] is { } fault ? Samples.NotUsable(c.Name, fault) : new Samples(c.Name, times[i]))];
    }
}
