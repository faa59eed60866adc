using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using static Caisson.Verify.Cases.ShellCase;

namespace Caisson.Verify.Cases;

/// <summary>Ends: of trees, of servers, of walls, and what is left after them.</summary>
internal static class EndCases
{
    private const string Daemon = "python3 -c \"import os,time\nif os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\nos.execvp('sleep',['sleep','MARK'])\"";

    public static IEnumerable<VerifyCase> All =>
    [
        new("a killed sandbox takes its processes along", Controls.Trees, (bench, cancellation) => GoneAsync(bench, "nohup sleep MARK >/dev/null 2>&1 &", cancellation)),
        new("a daemon of two forks does not outlive it", Controls.Trees, (bench, cancellation) => GoneAsync(bench, Daemon, cancellation)),
        new("what ignores every signal does not outlive it", Controls.Trees, (bench, cancellation) => GoneAsync(bench, "nohup sh -c \"trap '' TERM INT HUP QUIT; sleep MARK; sleep MARK\" >/dev/null 2>&1 &", cancellation)),
        new("root's processes do not outlive it", Controls.Trees, (bench, cancellation) => GoneAsync(bench, "sudo sh -c 'setsid sleep MARK >/dev/null 2>&1 &'", cancellation)),
        new("its end comes at its timeout", Controls.Trees, async (bench, cancellation) =>
        {
            var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
            await box.SetTimeoutAsync(TimeSpan.FromSeconds(1), cancellation);
            await Expect.SoonAsync(async () => await IsGoneAsync(bench, box.Id, cancellation), "it lives on", cancellation);
        }) { Needs = WallCapabilities.None },
        Says("orphans are reaped", Controls.Trees, "for i in 1 2 3 4 5 6 7 8 9 10; do (sleep 0.01 &) ; done; sleep 1; ps -e -o stat= | grep -c '^Z'; true", "0", Root),
        new("killing twice is no failure of ours", Controls.Cleanup, async (bench, cancellation) =>
        {
            var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
            await box.KillAsync(cancellation);
            Expect.Equal(ErrorCode.NotFound, (await Expect.RefusedAsync(() => box.KillAsync(cancellation))).Code);
        }) { Needs = WallCapabilities.None },
        new("nothing is left of a sandbox that was killed", Controls.Cleanup, async (bench, cancellation) =>
        {
            var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
            await Bench.RunAsync(box, "echo x > /tmp/x; nohup sleep 300 >/dev/null 2>&1 &", User, cancellation);
            await box.KillAsync(cancellation);
            await NothingLeftAsync(bench, box.Id, cancellation);
        }),
        new("ten at once come and go, and nothing is left", Controls.Cleanup, async (bench, cancellation) =>
        {
            var boxes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => bench.CreateAsync(new SandboxSpec(), cancellation)));
            foreach (var box in boxes)
                Expect.Equal("up\n", (await Bench.RunAsync(box, "echo up", User, cancellation)).Stdout);
            await Task.WhenAll(boxes.Select(box => box.KillAsync(cancellation)));
            foreach (var box in boxes)
                await NothingLeftAsync(bench, box.Id, cancellation);
        }),
        new("a start that is refused leaves nothing", Controls.Cleanup, async (bench, cancellation) =>
        {
            await Expect.RefusedAsync(() => bench.CreateAsync(new SandboxSpec { Template = "no-such-template" }, cancellation));
            Expect.Equal(0, HostTraces.Of(bench.Server.Directory, "no-such-template").Count);
        }) { Needs = WallCapabilities.None },
        new("a wall whose process 1 dies is told and cleared away", Controls.Crash, async (bench, cancellation) =>
        {
            var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
            Expect.True(HostTraces.Kill(box.Id), "no process of it was found on this host");
            await Expect.SoonAsync(async () => await IsGoneAsync(bench, box.Id, cancellation), "it is still said to run", cancellation);
            await NothingLeftAsync(bench, box.Id, cancellation);
        }) { Needs = WallCapabilities.None },
        new("a program that was running then is told of it", Controls.Crash, async (bench, cancellation) =>
        {
            var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
            var running = box.ExecAsync(new ExecRequest { Command = "sleep", Arguments = ["60"] }, null, cancellation);
            await Task.Delay(500, cancellation);
            HostTraces.Kill(box.Id);
            try
            {
                Expect.Equal(FailureKind.Infrastructure, (await running.WaitAsync(TimeSpan.FromSeconds(30), cancellation)).Failure);
            }
            catch (CaissonException told) when (told.Kind == FailureKind.Infrastructure || told.Code is ErrorCode.Unavailable or ErrorCode.NotFound)
            {
                // An answer that could not begin is a failure of the call.
            }

            await NothingLeftAsync(bench, box.Id, cancellation);
        }),
        new("a killed server's sandboxes are found, and go on", Controls.Restart, async (bench, cancellation) =>
        {
            var box = await bench.CreateAsync(new SandboxSpec { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["KEPT"] = "kept" } }, cancellation);
            await Bench.RunAsync(box, "echo state > /tmp/state", User, cancellation);
            int pid;
            await using (var counting = await box.StartAsync(new ExecRequest { Command = "/bin/sh", Arguments = ["-c", "for i in 1 2 3 4 5 6; do echo $i; sleep 0.5; done"] }, cancellation))
                pid = counting.Pid;
            await bench.Server.RestartAsync(cancellation);
            await using var found = await bench.Server.Client.GetAsync(box.Id, cancellation);
            Expect.Equal("state kept\n", (await Bench.RunAsync(found, "echo $(cat /tmp/state) $KEPT", User, cancellation)).Stdout);
            await using var output = await found.AttachAsync(pid, 0, cancellation);
            var text = "";
            await foreach (var item in output.ReadAsync(cancellation))
                text += item is ExecOutputEvent piece ? System.Text.Encoding.UTF8.GetString(piece.Data.Span) : "";
            Expect.Equal("1\n2\n3\n4\n5\n6\n", text);
        }, Shipped: false),
        new("a sandbox that died while no server ran is cleared away by the next", Controls.Restart, async (bench, cancellation) =>
        {
            var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
            await bench.Server.RestartAsync(cancellation, whileDown: () => HostTraces.Kill(box.Id));
            Expect.True(await IsGoneAsync(bench, box.Id, cancellation), "it is still said to run");
            await NothingLeftAsync(bench, box.Id, cancellation);
        }, Shipped: false) { Needs = WallCapabilities.None },
        new("the policy holds after a restart", Controls.Restart, async (bench, cancellation) =>
        {
            var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
            await bench.Server.RestartAsync(cancellation);
            await using var found = await bench.Server.Client.GetAsync(box.Id, cancellation);
            var result = await Bench.RunAsync(found, "curl -sS --max-time 8 http://refused.example/; true", User, cancellation);
            Expect.True(result.Denials.Any(d => d.Host == "refused.example"), $"got {Describe(result)}");
        }, Shipped: false),
    ];

    private static async Task GoneAsync(Bench bench, string script, CancellationToken cancellation)
    {
        var mark = $"{Random.Shared.Next(100_000, 999_999)}";
        var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
        await Bench.RunAsync(box, script.Replace("MARK", mark, StringComparison.Ordinal), User, cancellation);
        await Expect.SoonAsync(() => Task.FromResult(!bench.SharesKernel || HostTraces.Programs($"sleep {mark}") > 0), "it did not start", cancellation);
        await box.KillAsync(cancellation);
        await Expect.SoonAsync(() => Task.FromResult(HostTraces.Programs($"sleep {mark}") == 0), "it lives on", cancellation);
        await NothingLeftAsync(bench, box.Id, cancellation);
    }

    private static async Task<bool> IsGoneAsync(Bench bench, string id, CancellationToken cancellation)
    {
        try
        {
            await bench.Server.Client.GetAsync(id, cancellation);
            return false;
        }
        catch (CaissonException gone) when (gone.Code == ErrorCode.NotFound)
        {
            return true;
        }
    }

    internal static Task NothingLeftAsync(Bench bench, string id, CancellationToken cancellation) => Expect.SoonAsync(
        () => Task.FromResult(HostTraces.Of(bench.Server.Directory, id).Count == 0),
        () => $"left on this host: {string.Join(", ", HostTraces.Of(bench.Server.Directory, id))}",
        cancellation);
}
