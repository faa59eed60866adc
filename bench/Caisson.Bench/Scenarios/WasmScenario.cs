using System.Globalization;
using Caisson.Bench.Racing;
using Caisson.Bench.Servers;

namespace Caisson.Bench.Scenarios;

/// <summary>One evaluation in a fresh WebAssembly instance, beside interpreters that start for it; then thousands, to see that nothing grows.</summary>
internal sealed class WasmScenario : IScenario
{
    private const int Many = 2000;

    public string Name => "wasm";

    public string Title => "6 * 7 in a fresh instance of a warm worker, beside interpreters started for it";

    public int Rounds => 20;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var workspace = laboratory.Workspace;
        await using var worker = await WasmWorker.StartAsync(laboratory.Wasm, laboratory.Root, cancellation);
        var rows = await Race.RunAsync(
            [
                new("node -e", token => ChildProgram.RunAsync(["/usr/bin/env", "node", "-e", "6*7"], workspace, token)),
                new("python3 -c", token => ChildProgram.RunAsync(["/usr/bin/env", "python3", "-c", "6*7"], workspace, token)),
                new("worker, js", token => worker.RunAsync("js", "-e", "print(6*7)", token)),
                new("worker, python", token => worker.RunAsync("python", "-c", "print(6*7)", token)),
            ],
            rounds,
            cancellation);
        rows.AddRange(await PyodideAsync(laboratory, cancellation));
        await GrowthAsync(worker, Many, cancellation);
        return rows;
    }

    /// <summary>Runs instances one after another and tells how much memory the worker gained meanwhile, in bytes, the first tenth apart.</summary>
    public static async Task<long> GrowthAsync(WasmWorker worker, int count, CancellationToken cancellation)
    {
        for (var i = 0; i < count / 10; i++)
            await worker.RunAsync("js", "-e", "print(6*7)", cancellation);
        var before = worker.Resident;
        for (var i = 0; i < count; i++)
            await worker.RunAsync("js", "-e", "print(6*7)", cancellation);
        var after = worker.Resident;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} instances of js: the worker held {before >> 20} MB before and {after >> 20} MB after"));
        return after - before;
    }

    private static async Task<List<Samples>> PyodideAsync(Laboratory laboratory, CancellationToken cancellation)
    {
        const string Code = "const {loadPyodide}=require('pyodide');loadPyodide().then(p=>process.exit(p.runPython('6*7')===42?0:1))";
        if (Environment.GetEnvironmentVariable("CAISSON_BENCH_PEERS") is not { Length: > 0 } peers || !Directory.Exists(Path.Combine(peers, "node_modules", "pyodide")))
            return [Samples.NotUsable("pyodide in node", "it is not installed; run it by bench/run")];
        return await Race.RunAsync([new("pyodide in node", token => ChildProgram.RunAsync(["/usr/bin/env", "node", "-e", Code], peers, token))], 3, cancellation);
    }
}
