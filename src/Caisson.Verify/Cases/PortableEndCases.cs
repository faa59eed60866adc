using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using static Caisson.Verify.Cases.PythonCase;

namespace Caisson.Verify.Cases;

/// <summary>Ends, on every wall that can run Python.</summary>
internal static class PortableEndCases
{
    private const string Sleep = "import time; print('up'); time.sleep(300)";

    public static IEnumerable<VerifyCase> All =>
    [
        Of("nothing is left of a sandbox in which Python ran", Controls.Cleanup, async (bench, cancellation) =>
        {
            var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
            await using var running = await box.StartAsync(Request(Sleep), cancellation);
            await box.KillAsync(cancellation);
            await EndCases.NothingLeftAsync(bench, box.Id, cancellation);
        }),
        Of("five with Python come and go at once, and nothing is left", Controls.Cleanup, async (bench, cancellation) =>
        {
            var boxes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => bench.CreateAsync(new SandboxSpec(), cancellation)));
            foreach (var box in boxes)
                Expect.Equal("up\n", (await RunAsync(box, "print('up')", cancellation)).Stdout);
            await Task.WhenAll(boxes.Select(box => box.KillAsync(cancellation)));
            foreach (var box in boxes)
                await EndCases.NothingLeftAsync(bench, box.Id, cancellation);
        }),
        Of("a Python program is told of its wall's crash", Controls.Crash, async (bench, cancellation) =>
        {
            var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
            var running = box.ExecAsync(Request(Sleep), null, cancellation);
            await Task.Delay(1000, cancellation);
            HostTraces.Kill(box.Id);
            try
            {
                Expect.Equal(FailureKind.Infrastructure, (await running.WaitAsync(TimeSpan.FromSeconds(30), cancellation)).Failure);
            }
            catch (CaissonException told) when (told.Kind == FailureKind.Infrastructure || told.Code is ErrorCode.Unavailable or ErrorCode.NotFound)
            {
                // An answer that could not begin is a failure of the call.
            }

            await EndCases.NothingLeftAsync(bench, box.Id, cancellation);
        }),
        Of("a killed server's sandboxes are found with Python running", Controls.Restart, async (bench, cancellation) =>
        {
            var box = await bench.CreateAsync(new SandboxSpec { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["KEPT"] = "kept" } }, cancellation);
            Expect.Equal("5\n", (await RunAsync(box, "print(open('/tmp/state','w').write('state'))", cancellation)).Stdout);
            int pid;
            await using (var counting = await box.StartAsync(Request("import time\nfor i in range(6): print(i); time.sleep(0.5)"), cancellation))
                pid = counting.Pid;
            await bench.Server.RestartAsync(cancellation);
            await using var found = await bench.Server.Client.GetAsync(box.Id, cancellation);
            Expect.Equal("state kept\n", (await RunAsync(found, "import os; print(open('/tmp/state').read(), os.environ['KEPT'])", cancellation)).Stdout);
            await using var output = await found.AttachAsync(pid, 0, cancellation);
            Expect.Equal("0\n1\n2\n3\n4\n5\n", await PortableCases.TextAsync(output.ReadAsync(cancellation)));
        }, shipped: false),
    ];
}
