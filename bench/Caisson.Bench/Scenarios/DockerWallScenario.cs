using Caisson.Bench.Racing;

namespace Caisson.Bench.Scenarios;

/// <summary>The docker wall against the same daemon's own <c>docker run</c>.</summary>
internal sealed class DockerWallScenario : IScenario
{
    private const string Wall = "docker";

    public string Name => Wall;

    public string Title => "create a sandbox behind docker and run its first program, through the server (target: at most 1.2x docker run)";

    public int Rounds => 12;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        const string Theirs = "docker run --rm true";
        var docker = await laboratory.DockerAsync(cancellation);
        if (docker.Value is not { } engine)
            return [Samples.NotUsable(Theirs, docker.Reason ?? "")];
        var server = await laboratory.DockedAsync(engine, cancellation);
        string? id = null;
        return await Race.RunAsync(
            [
                new(Theirs, token => engine.RunAsync("/usr/bin/true", token)),
                new("POST /v1/sandboxes with exec true, docker", async token => id = await server.CreateAsync("true", token, Wall), token => server.KillAsync(id!, token)),
            ],
            rounds,
            cancellation);
    }
}
