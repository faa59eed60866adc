using Caisson.Bench.Peers;
using Caisson.Bench.Racing;
using Caisson.Bench.Servers;

namespace Caisson.Bench.Scenarios;

internal sealed class CreateScenario : IScenario
{
    public string Name => "create";

    public string Title => "create a sandbox and run its first program, through the server";

    public int Rounds => 20;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var workspace = laboratory.Workspace;
        var server = await laboratory.ServerAsync(cancellation);
        var docker = await laboratory.DockerAsync(cancellation);
        string? native = null;
        string? dialect = null;
        List<Contender> contenders =
        [
            new("bwrap true", token => ChildProgram.RunAsync(Bubblewrap.Command(workspace, "true"), workspace, token)),
            new("POST /v1/sandboxes with exec true", async token => native = await server.CreateAsync("true", token), token => server.KillAsync(native!, token)),
            new("E2B create + commands.run true", async token => dialect = await E2bCalls.CreateAndRunAsync(server, "true", token), token => server.KillAsync(dialect!, token)),
        ];
        if (docker.Value is { } engine)
            contenders.Add(new("docker run --rm true", token => engine.RunAsync("/usr/bin/true", token)));
        var rows = await Race.RunAsync(contenders, rounds, cancellation);
        if (docker.Reason is { } reason)
            rows.Add(Samples.NotUsable("docker run --rm true", reason));
        return rows;
    }
}
