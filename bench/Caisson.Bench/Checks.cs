using System.Globalization;
using Caisson.Bench.Peers;
using Caisson.Bench.Racing;
using Caisson.Bench.Scenarios;

namespace Caisson.Bench;

/// <summary>The scaled-down twin for the test run: few rounds, and bounds that only a real fault breaks.</summary>
internal static class Checks
{
    private const int Rounds = 8;
    private const int Burst = 20;
    private const double MostOfBubblewrap = 10;
    private const double MostOfExec = 50;

    public static async Task<int> RunAsync(Laboratory laboratory, CancellationToken cancellation)
    {
        var (passed, failed) = (0, 0);
        await CheckAsync("caisson run is at most 10 times bwrap (the target is 2.5; see README.md)", RunAsync);
        await CheckAsync("a program starts in a running sandbox in 50 ms", ExecAsync);
        await CheckAsync("20 creates at once all succeed", BurstAsync);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed"));
        return failed == 0 ? 0 : 1;

        async Task CheckAsync(string name, Func<Task<(bool, string)>> check)
        {
            bool ok;
            string told;
            try
            {
                (ok, told) = await check();
            }
            catch (Exception e) when (e is BenchException or HttpRequestException or IOException or TaskCanceledException { InnerException: TimeoutException })
            {
                (ok, told) = (false, e.Message);
            }

            _ = ok ? passed++ : failed++;
            Console.WriteLine($"{(ok ? "pass" : "FAIL")}  {name}: {told}");
        }

        async Task<(bool, string)> RunAsync()
        {
            var workspace = laboratory.Workspace;
            var rows = await Race.RunAsync(
                [
                    new("bwrap", token => ChildProgram.RunAsync(Bubblewrap.Command(workspace, "true"), workspace, token)),
                    new("caisson", token => ChildProgram.RunAsync([laboratory.Caisson, "run", "--", "true"], workspace, token)),
                ],
                Rounds,
                cancellation);
            return Usable(rows) is { } fault ? (false, fault) : (rows[1].Median / rows[0].Median <= MostOfBubblewrap, Text($"{rows[1].Median:0.0} ms, {rows[1].Median / rows[0].Median:0.00}x"));
        }

        async Task<(bool, string)> ExecAsync()
        {
            var server = await laboratory.ServerAsync(cancellation);
            var id = await server.CreateAsync(null, cancellation);
            var rows = await Race.RunAsync([new("exec", token => server.ExecAsync(id, "true", token))], Rounds, cancellation);
            await server.KillAsync(id, cancellation);
            return Usable(rows) is { } fault ? (false, fault) : (rows[0].Median < MostOfExec, Text($"{rows[0].Median:0.00} ms"));
        }

        async Task<(bool, string)> BurstAsync()
        {
            var times = new List<double>();
            var total = await BurstScenario.CreateAsync(await laboratory.ServerAsync(cancellation), Burst, times, cancellation);
            return (times.Count == Burst, Text($"{times.Count} in {total:0} ms"));
        }
    }

    private static string? Usable(List<Samples> rows) => rows.Find(r => r.IsEmpty)?.Remark;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
