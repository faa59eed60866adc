using Caisson.Client;
using Caisson.Rollouts.Tests.Ground;

namespace Caisson.Rollouts.Tests;

/// <summary>Hostile code among good code: no label is wrong, and nothing is left. ROLLOUT_MIX=10000 for the whole of it.</summary>
public sealed class HostileMixTests(SharedServer server)
{
    private const int Share = 20;
    private const string Daemon = "1048577.25";

    private static readonly int _count = int.TryParse(Environment.GetEnvironmentVariable("ROLLOUT_MIX"), out var count) ? count : 300;

    private static readonly (RolloutTask Task, RolloutLabel Label)[] _hostile =
    [
        (Python("import os, time\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.05)") with { TimeoutSeconds = 2, Resources = new RolloutLimits { Pids = 64 } }, RolloutLabel.Timeout),
        (Python("x = []\nwhile True: x.append(bytearray(1 << 20))") with { Resources = new RolloutLimits { MemoryBytes = 96 << 20 } }, RolloutLabel.OutOfMemory),
        (Python("f = open('/home/user/x', 'wb')\nwhile True: f.write(b'x' * 10**6)") with { Resources = new RolloutLimits { DiskBytes = 48 << 20 } }, RolloutLabel.Quota),
        (Python("while True: print('y' * 10000)"), RolloutLabel.Quota),
        (Python($"import subprocess as s\ns.Popen(['setsid', 'sleep', '{Daemon}'], start_new_session=True)\nprint('gone')"), RolloutLabel.Ok),
    ];

    [Fact]
    public async Task No_label_is_wrong_and_nothing_is_left()
    {
        var tasks = Enumerable.Range(0, _count).Select(Expected).ToArray();
        var results = await server.RunAsync([.. tasks.Select(task => task.Task)]);
        var wrong = results.Where((result, index) => result.Label != tasks[index].Label || (tasks[index].Stdout is { } text && result.Steps[0].Stdout != text))
            .Select(result => $"{result.Index}: {result.Label} {result.Message} {string.Concat(result.Steps.Select(step => step.Stderr))}");
        Assert.Empty(wrong);
        Assert.Empty(HostState.Processes(Daemon));
    }

    private static (RolloutTask Task, RolloutLabel Label, string? Stdout) Expected(int index)
    {
        if (index % Share == Share - 1)
            return (_hostile[index / Share % _hostile.Length].Task, _hostile[index / Share % _hostile.Length].Label, null);
        return index % 7 == 6
            ? (Python($"print({index}); raise SystemExit(1)"), RolloutLabel.Task, $"{index}\n")
            : (Python($"print({index} ** 2)"), RolloutLabel.Ok, $"{(long)index * index}\n");
    }

    private static RolloutTask Python(string code) => new() { Language = "python", Code = code };
}
