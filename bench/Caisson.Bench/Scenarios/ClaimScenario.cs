using System.Globalization;
using Caisson.Bench.Peers;
using Caisson.Bench.Racing;

namespace Caisson.Bench.Scenarios;

internal sealed class ClaimScenario : IScenario
{
    public string Name => "claim";

    public string Title => "create from a full pool and run the first program, beside the same without a pool (target: at most a tenth of it)";

    public int Rounds => 40;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var workspace = laboratory.Workspace;
        var cold = await laboratory.ServerAsync(cancellation);
        var pooled = await laboratory.PooledAsync(cancellation);
        var standing = await pooled.CreateAsync("true", cancellation);
        var median = 0.0;
        string? made = null;
        var rows = await Race.RunAsync(
            [
                new("POST /v1/sandboxes with exec true, no pool", async token => made = await cold.CreateAsync("true", token), token => cold.KillAsync(made!, token)),
                new("the same from a pool", async token => made = await pooled.CreateAsync("true", token), AfterAsync),
                new("POST /v1/sandboxes/ID/exec true", token => pooled.ExecAsync(standing, "true", token)),
                new("bwrap true", token => ChildProgram.RunAsync(Bubblewrap.Command(workspace, "true"), workspace, token)),
                new("fork and exec true", token => ChildProgram.RunAsync(["/usr/bin/true"], workspace, token)),
            ],
            rounds,
            cancellation);
        await pooled.KillAsync(standing, cancellation);
        rows[1] = rows[1] with { Remark = string.Create(CultureInfo.InvariantCulture, $"the claim itself, on the server: median {median:0.00} ms") };
        return rows;

        async Task AfterAsync(CancellationToken token)
        {
            await pooled.KillAsync(made!, token);
            median = await pooled.PooledAsync("base", Laboratory.PoolMin, token);
        }
    }
}
