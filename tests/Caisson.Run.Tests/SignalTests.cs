using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class SignalTests(Site site)
{
    private static readonly string[] _signals = ["INT", "TERM", "HUP"];

    public static TheoryData<Caller, string> Each()
    {
        var data = new TheoryData<Caller, string>();
        foreach (var signal in _signals)
        {
            data.Add(Caller.Root, signal);
            data.Add(Caller.User, signal);
        }

        return data;
    }

    [Theory, MemberData(nameof(Each))]
    public async Task A_signal_reaches_the_command(Caller caller, string signal)
    {
        using var place = site.For(caller);
        await using var running = place.Start(["run", "--", "/bin/sh", "-c", $"trap 'echo got {signal}; exit 7' {signal}; echo ready; while :; do sleep 0.05; done"]);
        await running.UntilAsync("ready");
        running.Signal(signal);
        var outcome = await running.EndAsync();
        Assert.True(outcome.Code == 7, outcome.ToString());
        Assert.Contains($"got {signal}", outcome.Text, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_command_that_does_not_mind_a_signal_is_ended_by_it(Caller caller)
    {
        using var place = site.For(caller);
        await using var running = place.Start(["run", "--", "/bin/sh", "-c", "echo ready; exec sleep 30"]);
        await running.UntilAsync("ready");
        running.Signal("TERM");
        Assert.Equal(143, (await running.EndAsync()).Code);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Killing_caisson_leaves_no_process(Caller caller)
    {
        using var place = site.For(caller);
        var leftovers = new Leftovers(site, place.Root);
        await using (var running = place.Start(["run", "--", "/bin/sh", "-c", "(setsid sleep 300 &); echo ready; sleep 300"]))
        {
            await running.UntilAsync("ready");
            running.Signal("KILL");
            Assert.Equal(137, (await running.EndAsync()).Code);
        }

        Assert.Empty(leftovers.OfPlace());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task The_run_after_a_killed_one_removes_its_groups_and_stand_ins(Caller caller)
    {
        using var place = site.For(caller);
        var groups = Leftovers.EmptyGroups().ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            await using var running = place.Start(["run", "--", "/bin/sh", "-c", "echo ready; exec sleep 300"]);
            await running.UntilAsync("ready");
            running.Signal("KILL");
            await running.EndAsync();
        }

        (await place.RunAsync("--", "true")).Succeeded();
        Assert.Empty(Directory.EnumerateFileSystemEntries(place.Workspace));
        // Groups of sandboxes that others are making at this moment get their processes soon.
        var mine = Leftovers.EmptyGroups().Except(groups).ToList();
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Empty(mine.Intersect(Leftovers.EmptyGroups()).ToList());
    }
}
