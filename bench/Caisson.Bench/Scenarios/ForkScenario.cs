using System.Globalization;
using Caisson.Bench.Racing;

namespace Caisson.Bench.Scenarios;

internal sealed class ForkScenario : IScenario
{
    private const int Files = 1000;

    public string Name => "fork";

    public string Title => "fork a sandbox's files, 1,000 of them changed, and run a program in the fork (target: at most a tenth of docker commit and run)";

    public int Rounds => 12;

    public async Task<List<Samples>> RunAsync(Laboratory laboratory, int rounds, CancellationToken cancellation)
    {
        var server = await laboratory.ServerAsync(cancellation);
        var docker = await laboratory.DockerAsync(cancellation);
        var source = await server.CreateAsync(null, cancellation);
        try
        {
            await server.ExecAsync(source, ["/bin/sh", "-c", $"mkdir many && for i in $(seq {Files}); do echo $i > many/$i; done"], cancellation);
            List<Contender> contenders = [];
            if (docker.Value is { } engine)
            {
                var many = Directory.CreateDirectory(Path.Combine(laboratory.Root, "changed")).FullName;
                for (var i = 0; i < Files; i++)
                    await File.WriteAllTextAsync($"{many}/{i}", $"{i}\n", cancellation);
                await engine.CopyAsync(into: "/many", from: null, many, cancellation);
                contenders.Add(new("docker commit, run true", engine.CommitAndRunAsync, engine.ForgetAsync));
            }

            var fork = "";
            contenders.Add(new("POST fork, exec true", async token => await server.ExecAsync(fork = await server.ForkAsync(source, token), "true", token), token => server.KillAsync(fork, token)));
            var rows = await Race.RunAsync(contenders, rounds, cancellation);
            var still = (await server.StoodStillAsync(source, cancellation)).Order().ToList();
            if (still.Count > 0)
                rows[^1] = rows[^1] with { Remark = string.Create(CultureInfo.InvariantCulture, $"the source stood still for {still[still.Count / 2]:0.0} ms, median") };
            if (docker.Reason is { } reason)
                rows.Add(Samples.NotUsable("docker commit, run true", reason));
            return rows;
        }
        finally
        {
            await server.KillAsync(source, CancellationToken.None);
        }
    }
}
