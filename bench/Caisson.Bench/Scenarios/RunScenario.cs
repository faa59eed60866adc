using Caisson.Bench.Peers;
using Caisson.Bench.Racing;

namespace Caisson.Bench.Scenarios;

internal sealed class RunScenario : IScenario
{
    public string Name => "run";

    public string Title => "one command in a sandbox of its own, from the command line (target: at most 2.5x bwrap)";

    public int Rounds => 40;

    public Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var workspace = laboratory.Workspace;
        return Race.RunAsync(
            [
                new Contender("bwrap true", token => ChildProgram.RunAsync(Bubblewrap.Command(workspace, "true"), workspace, token)),
                new Contender("caisson run true", token => ChildProgram.RunAsync([laboratory.Caisson, "run", "--", "true"], workspace, token)),
                new Contender("caisson --version (starts and ends)", token => ChildProgram.ReadAsync([laboratory.Caisson, "--version"], workspace, token)),
            ],
            rounds,
            cancellation);
    }
}
