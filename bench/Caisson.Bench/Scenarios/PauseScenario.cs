using Caisson.Bench.Racing;

namespace Caisson.Bench.Scenarios;

internal sealed class PauseScenario : IScenario
{
    public string Name => "pause";

    public string Title => "pause a sandbox with its memory, resume it, and run a program in it (target: at most a twentieth of docker pause, unpause and exec)";

    public int Rounds => 20;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var server = await laboratory.ServerAsync(cancellation);
        var docker = await laboratory.DockerAsync(cancellation);
        var id = await server.CreateAsync(null, cancellation);
        try
        {
            List<Contender> contenders = [];
            if (docker.Value is { } engine)
                contenders.Add(new("docker pause, unpause, exec true", engine.PauseAndResumeAsync));
            contenders.Add(new("POST pause, resume, exec true", async token =>
            {
                await server.PauseAsync(id, token);
                await server.ResumeAsync(id, token);
                await server.ExecAsync(id, "true", token);
            }));
            var rows = await Race.RunAsync(contenders, rounds, cancellation);
            if (docker.Reason is { } reason)
                rows.Add(Samples.NotUsable("docker pause, unpause, exec true", reason));
            return rows;
        }
        finally
        {
            await server.KillAsync(id, CancellationToken.None);
        }
    }
}
