using Caisson.Linux.Cgroups;
using Caisson.Linux.Files;

namespace Caisson.Linux.Tests;

public sealed class CgroupTests
{
    private static readonly CgroupLimits _limits = new(64 << 20, 20, 0.5);

    private static CgroupLayout Layout(string? unified, string controllers, params (string Controller, string Path)[] legacy) => new(
        unified,
        controllers.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal),
        legacy.ToDictionary(l => l.Controller, l => l.Path, StringComparer.Ordinal));

    [Fact]
    public void One_hierarchy_with_all_controllers_is_enough() =>
        Assert.Equal(["/cg"], Layout("/cg", "cpuset cpu io memory pids").Parents);

    [Fact]
    public void Old_hierarchies_are_each_used_once()
    {
        Assert.Equal(["/m", "/p", "/cpu"], Layout(null, "", ("memory", "/m"), ("pids", "/p"), ("cpu", "/cpu"), ("cpuacct", "/cpu")).Parents);
        Assert.Equal(["/m", "/p", "/c", "/a", "/u"], Layout("/u", "", ("memory", "/m"), ("pids", "/p"), ("cpu", "/c"), ("cpuacct", "/a")).Parents);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Equal("no cgroup controller for pids, cpu", Layout(null, "", ("memory", "/m")).Missing);
        Assert.Equal("/no/such is not writable by this user", Layout("/no/such", "memory pids cpu").Missing);
        Assert.False(Layout("/no/such", "memory pids cpu").CanLimit);
    }

    [Fact]
    public void This_hosts_layout_agrees_with_its_mounts()
    {
        var layout = CgroupLayout.Detect();
        Assert.All(layout.Parents, parent => Assert.True(File.Exists($"{parent}/cgroup.procs"), parent));
        Assert.Equal(File.ReadLines("/proc/self/mountinfo").Any(l => l.Contains(" - cgroup2 ", StringComparison.Ordinal)), layout.Unified is not null);
    }

    [Fact]
    public async Task A_group_has_its_limits_and_is_gone_afterwards()
    {
        var layout = CgroupLayout.Detect();
        Assert.SkipUnless(layout.CanLimit, "groups cannot be made here");
        var name = "t" + Guid.NewGuid().ToString("N")[..19];
        var group = SandboxCgroup.Create(layout, name, _limits);
        Assert.Contains(name, SandboxCgroup.Names(layout));
        Assert.All(group.JoinFiles, file => Assert.True(File.Exists(file)));
        Assert.Equal(0, group.Usage().Pids);
        await group.RemoveAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(name, SandboxCgroup.Names(layout));
        await group.RemoveAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Groups_that_a_runtime_made_of_the_same_name_elsewhere_go_too()
    {
        var layout = CgroupLayout.Detect();
        Assert.SkipUnless(layout.CanLimit && layout.Hierarchies.Count > layout.Parents.Count, "there is one hierarchy only");
        var name = "t" + Guid.NewGuid().ToString("N")[..19];
        var group = SandboxCgroup.Create(layout, name, _limits);
        foreach (var hierarchy in layout.Hierarchies)
            Directory.CreateDirectory($"{hierarchy}/caisson/{name}");
        await group.RemoveAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(layout.Hierarchies, hierarchy => Directory.Exists($"{hierarchy}/caisson/{name}"));
    }

    [Fact]
    public async Task Writing_to_a_disk_is_as_slow_as_asked_for()
    {
        var layout = CgroupLayout.Detect();
        Assert.SkipUnless(layout.CanLimitDisks, "no group limits block devices here");
        var name = "t" + Guid.NewGuid().ToString("N")[..19];
        var image = Path.GetTempFileName();
        var group = SandboxCgroup.Create(layout, name, _limits);
        try
        {
            File.WriteAllBytes(image, new byte[8 << 20]);
            using var disk = LoopDevice.Attach(image);
            group.LimitDisk(disk.Number, 2 << 20);
            using var program = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", $"read go; exec dd if=/dev/zero of={disk.Path} bs=1M count=5 oflag=direct status=none"]) { UseShellExecute = false, RedirectStandardInput = true })!;
            group.Take(program.Id);
            var watch = System.Diagnostics.Stopwatch.StartNew();
            await program.StandardInput.WriteLineAsync("go");
            await program.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, program.ExitCode);
            Assert.InRange(watch.Elapsed.TotalSeconds, 1.5, 30);
        }
        finally
        {
            await group.RemoveAsync(TestContext.Current.CancellationToken);
            File.Delete(image);
        }

        Assert.DoesNotContain(name, SandboxCgroup.Names(layout));
    }

    [Fact]
    public async Task A_sweep_takes_what_was_abandoned_and_not_what_is_held_or_in_use()
    {
        var layout = CgroupLayout.Detect();
        Assert.SkipUnless(layout.CanLimit, "groups cannot be made here");
        var id = Guid.NewGuid().ToString("N")[..18];
        var held = SandboxCgroup.Create(layout, "h" + id, _limits);
        var parents = layout.Parents.Select(p => $"{p}/caisson").ToList();
        foreach (var parent in parents)
        {
            Directory.CreateDirectory($"{parent}/a{id}");
            Directory.CreateDirectory($"{parent}/u{id}");
        }

        Directory.CreateDirectory($"{parents[^1]}/p{id}");
        using var sleeper = System.Diagnostics.Process.Start("sleep", "30");
        foreach (var parent in parents)
            await File.WriteAllTextAsync($"{parent}/u{id}/cgroup.procs", $"{sleeper.Id}");
        try
        {
            AbandonedCgroups.Sweep(parents);
            var names = SandboxCgroup.Names(layout);
            Assert.Contains("h" + id, names);
            Assert.Contains("u" + id, names);
            Assert.DoesNotContain("a" + id, names);
            Assert.DoesNotContain("p" + id, names);
        }
        finally
        {
            sleeper.Kill();
            await sleeper.WaitForExitAsync();
            await SandboxCgroup.Find(layout, "u" + id).RemoveAsync(CancellationToken.None);
            await held.RemoveAsync(CancellationToken.None);
        }

        Assert.DoesNotContain("u" + id, SandboxCgroup.Names(layout));
    }
}
