using System.Globalization;
using Caisson.Bench.Peers;
using Caisson.Bench.Racing;
using Caisson.Bench.Scenarios;
using Caisson.Bench.Servers;

namespace Caisson.Bench;

/// <summary>The scaled-down twin for the test run: few rounds, and bounds that only a real fault breaks.</summary>
internal static class Checks
{
    private const int Rounds = 8;
    private const int Burst = 20;
    private const double MostOfBubblewrap = 10;
    private const double MostOfExec = 50;
    private const double MostOfStart = 0.75;

    public static async Task<int> RunAsync(Laboratory laboratory, CancellationToken cancellation)
    {
        var (passed, failed) = (0, 0);
        await CheckAsync("caisson run is at most 10 times bwrap (the target is 2.5; see README.md)", RunAsync);
        await CheckAsync("a program starts in a running sandbox in 50 ms", ExecAsync);
        await CheckAsync("200 WebAssembly instances leave the worker no larger than 16 MB more", GrowthAsync);
        await CheckAsync("a create from a full pool takes at most three quarters of a start (the target is a tenth)", ClaimAsync);
        await CheckAsync("3,000 executions in cells leave the server no larger than 24 MB more, at a rate that stays", SoakAsync);
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

        async Task<(bool, string)> GrowthAsync()
        {
            await using var worker = await WasmWorker.StartAsync(laboratory.Wasm, laboratory.Root, cancellation);
            var grown = await WasmScenario.GrowthAsync(worker, 200, cancellation);
            return (grown < 16 << 20, Text($"{grown >> 10} KB more"));
        }

        async Task<(bool, string)> ClaimAsync()
        {
            var rows = await new ClaimScenario().RunAsync(laboratory, Rounds, cancellation);
            return Usable(rows) is { } fault
                ? (false, fault)
                : (rows[1].Median / rows[0].Median <= MostOfStart, Text($"{rows[1].Median:0.0} ms, {rows[1].Median / rows[0].Median:0.00}x; {rows[1].Remark}"));
        }

        async Task<(bool, string)> SoakAsync()
        {
            var soak = await SoakScenario.MeasureAsync(await laboratory.ServerAsync(cancellation), batches: 12, size: 250, cancellation);
            return (soak.Grown < 24 << 20 && soak.Slowdown < 2, Text($"{soak.Grown >> 10} KB more, the last third took {soak.Slowdown:0.00}x the first"));
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
