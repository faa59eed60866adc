using Caisson.Bench.Peers;
using Caisson.Bench.Racing;

namespace Caisson.Bench.Scenarios;

internal sealed class OrdinaryUserScenario : IScenario
{
    private const string User = "54321";

    public string Name => "user";

    public string Title => "the same as 'run', by an ordinary user (both through setpriv)";

    public int Rounds => 30;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        if (Environment.UserName != "root" || ChildProgram.Find("setpriv") is not { } setpriv)
            return [Samples.NotUsable("bwrap true", "needs root and setpriv; as an ordinary user see 'run'")];

        // The programs and the workspace have to be where that user may go.
        var home = Directory.CreateDirectory(Path.Combine(laboratory.Root, "user")).FullName;
        var workspace = Directory.CreateDirectory(Path.Combine(home, "workspace")).FullName;
        foreach (var program in (string[])[laboratory.Caisson, laboratory.Guest])
            File.Copy(program, Path.Combine(home, Path.GetFileName(program)), overwrite: true);
        await ChildProgram.RunAsync(["/bin/chmod", "-R", "a+rX", laboratory.Root], "/", cancellation);
        await ChildProgram.RunAsync(["/bin/chown", "-R", $"{User}:{User}", home], "/", cancellation);
        List<string> become = [setpriv, "--reuid", User, "--regid", User, "--clear-groups", "/usr/bin/env", $"HOME={home}"];
        return await Race.RunAsync(
            [
                new Contender("bwrap true", token => ChildProgram.RunAsync([.. become, .. Bubblewrap.Command(workspace, "true")], workspace, token)),
                new Contender("caisson run true", token => ChildProgram.RunAsync([.. become, Path.Combine(home, "caisson"), "run", "--", "true"], workspace, token)),
            ],
            rounds,
            cancellation);
    }
}
