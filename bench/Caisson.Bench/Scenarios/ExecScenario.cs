using Caisson.Bench.Racing;

namespace Caisson.Bench.Scenarios;

internal sealed class ExecScenario : IScenario
{
    public string Name => "exec";

    public string Title => "run a program in a sandbox that is there already";

    public int Rounds => 40;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var server = await laboratory.ServerAsync(cancellation);
        var docker = await laboratory.DockerAsync(cancellation);
        var runc = await laboratory.RuncAsync(cancellation);
        var id = await server.CreateAsync(null, cancellation);
        try
        {
            List<Contender> contenders = [];
            if (docker.Value is { } engine)
                contenders.Add(new("docker exec true", token => engine.ExecAsync("/usr/bin/true", token)));
            if (runc.Value is { } container)
                contenders.Add(new("runc exec true", token => container.ExecAsync("/usr/bin/true", token)));
            contenders.Add(new("POST /v1/sandboxes/ID/exec true", token => server.ExecAsync(id, "true", token)));
            var rows = await Race.RunAsync(contenders, rounds, cancellation);
            if (docker.Reason is { } first)
                rows.Add(Samples.NotUsable("docker exec true", first));
            if (runc.Reason is { } second)
                rows.Add(Samples.NotUsable("runc exec true", second));
            return rows;
        }
        finally
        {
            await server.KillAsync(id, CancellationToken.None);
        }
    }
}
