using System.Globalization;
using Caisson.Bench.Peers;
using Caisson.Bench.Racing;
using Caisson.Bench.Servers;

namespace Caisson.Bench.Scenarios;

/// <summary>A new Python context with numpy and pandas loaded, beside a fresh interpreter that loads them: the first result, and the memory of many that are idle.</summary>
internal sealed class ContextScenario : IScenario
{
    private const int Contexts = 32;
    private const string Imports = "import numpy, pandas";

    public string Name => "context";

    public string Title => "the first result in a new Python context with numpy and pandas loaded (target: at most a fiftieth of a fresh interpreter in bwrap)";

    public int Rounds => 20;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var workspace = laboratory.Workspace;
        var server = await laboratory.ServerAsync(cancellation);
        var interpreter = await InterpreterCalls.CreateAsync(server, cancellation);
        string? made = null;
        // Where Debian keeps which of several libraries is meant.
        var bare = Bubblewrap.Command(workspace, "/usr/bin/python3", "-c", $"{Imports}; print(2)");
        bare.InsertRange(1, ["--ro-bind", "/etc/alternatives", "/etc/alternatives", "--ro-bind", "/etc/ld.so.cache", "/etc/ld.so.cache"]);
        var rows = await Race.RunAsync(
            [
                new("bwrap python3 -c 'import numpy, pandas; print(2)'", token => ChildProgram.RunAsync(bare, workspace, token)),
                new("POST /contexts, POST /execute 1+1", token => FirstAsync("1+1", "2", token), token => interpreter.DeleteContextAsync(made!, token)),
                new("the same, 'import numpy, pandas' in the code", token => FirstAsync($"{Imports}\n1+1", "2", token), token => interpreter.DeleteContextAsync(made!, token)),
            ],
            rounds,
            cancellation);
        await WriteMemoryAsync(interpreter, workspace, cancellation);
        await server.KillAsync(interpreter.Sandbox, cancellation);
        return rows;

        async Task FirstAsync(string code, string expected, CancellationToken token)
        {
            made = await interpreter.CreateContextAsync(token);
            await interpreter.RunAsync(made, code, expected, token);
        }
    }

    private static async Task WriteMemoryAsync(InterpreterCalls interpreter, string workspace, CancellationToken cancellation)
    {
        var before = await IdleMemory.OfAsync([interpreter.Sandbox], [], cancellation);
        for (var i = 0; i < Contexts; i++)
            await interpreter.RunAsync(await interpreter.CreateContextAsync(cancellation), $"{Imports}\n1+1", "2", cancellation);
        var each = (await IdleMemory.OfAsync([interpreter.Sandbox], [], cancellation) - before) / Contexts;
        var fresh = await FreshAsync(workspace, cancellation);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"idle memory with pandas loaded (PSS; target: at most an eighth): {each >> 10} KiB a context, each of {Contexts} in one sandbox, beside {fresh >> 10} KiB of a fresh interpreter, {(double)each / fresh:0.000}x"));
        Console.WriteLine();
    }

    // Alone on the host it would bear its libraries alone; two share them, which is in its favour.
    private static async Task<long> FreshAsync(string workspace, CancellationToken cancellation)
    {
        const int Fresh = 2;
        const string Sleeping = $"{Imports}; import time; time.sleep(60)";
        List<System.Diagnostics.Process> started = [];
        try
        {
            for (var i = 0; i < Fresh; i++)
                started.Add(ChildProgram.Start(["/usr/bin/python3", "-c", Sleeping], workspace, captures: false));
            await Task.Delay(TimeSpan.FromSeconds(5), cancellation);
            return await IdleMemory.OfAsync([], [.. started.Select(one => one.Id)], cancellation) / Fresh;
        }
        finally
        {
            foreach (var one in started)
            {
                one.Kill();
                one.Dispose();
            }
        }
    }
}
