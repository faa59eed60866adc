using Caisson.Bench;
using Caisson.Bench.Racing;
using Caisson.Bench.Scenarios;

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (ArgumentException e)
{
    await Console.Error.WriteLineAsync($"bench: {e.Message}");
    return 2;
}

IScenario[] all = [new RunScenario(), new PythonScenario(), new OrdinaryUserScenario(), new CreateScenario(), new ClaimScenario(), new PauseScenario(), new ForkScenario(), new ExecScenario(), new BurstScenario(), new FilesScenario(), new ContextScenario(), new RolloutScenario(), new SoakScenario(), new RuntimeScenario("crun"), new RuntimeScenario("runc"), new RuntimeScenario("gvisor"), new DockerWallScenario(), new WasmScenario(), new MicroVmScenario()];
var unknown = options.Names.Where(n => !Array.Exists(all, s => string.Equals(s.Name, n, StringComparison.Ordinal))).ToList();
if (unknown.Count > 0)
{
    await Console.Error.WriteLineAsync($"bench: there is no '{unknown[0]}'; there are {string.Join(", ", all.Select(s => s.Name))}");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, context) =>
{
    context.Cancel = true;
    stop.Cancel();
};
await using var laboratory = new Laboratory(options);
if (options.Check)
    return await Checks.RunAsync(laboratory, stop.Token);

Console.WriteLine(Machine.Describe());
var failed = false;
var chosen = all.Where(s => (options.Names.Count == 0 && !s.OnlyWhenNamed) || options.Names.Contains(s.Name, StringComparer.Ordinal));
foreach (var scenario in chosen)
{
    Console.WriteLine();
    Console.WriteLine($"## {scenario.Name}: {scenario.Title}");
    Console.WriteLine();
    try
    {
        Table.Print(await scenario.RunAsync(laboratory, options.Rounds ?? scenario.Rounds, stop.Token));
    }
    catch (Exception e) when (e is BenchException or HttpRequestException or IOException or TaskCanceledException { InnerException: TimeoutException })
    {
        Console.WriteLine($"failed: {e.Message}");
        failed = true;
    }
}

return failed ? 1 : 0;
