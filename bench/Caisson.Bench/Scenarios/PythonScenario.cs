using Caisson.Bench.Peers;
using Caisson.Bench.Racing;

namespace Caisson.Bench.Scenarios;

internal sealed class PythonScenario : IScenario
{
    public string Name => "python";

    public string Title => "a Python interpreter in a sandbox of its own, from the command line";

    public int Rounds => 20;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var workspace = laboratory.Workspace;
        if (!File.Exists("/usr/bin/python3"))
            return [Samples.NotUsable("bwrap python3", "there is no /usr/bin/python3")];
        return await Race.RunAsync(
            [
                new Contender("bwrap python3", token => ChildProgram.RunAsync(Bubblewrap.Command(workspace, "python3", "-c", "pass"), workspace, token)),
                new Contender("caisson run python3", token => ChildProgram.RunAsync([laboratory.Caisson, "run", "--", "python3", "-c", "pass"], workspace, token)),
            ],
            rounds,
            cancellation);
    }
}
