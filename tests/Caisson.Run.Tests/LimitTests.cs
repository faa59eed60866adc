using System.Globalization;
using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class LimitTests(Site site)
{
    [Theory, ClassData(typeof(Callers))]
    public async Task A_timeout_kills_a_daemon_that_ran_away(Caller caller)
    {
        using var place = site.For(caller);
        var leftovers = new Leftovers(site, place.Root);
        var outcome = await place.PythonAsync("""
            import os, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.setsid() if os.getsid(0) == os.getpid() else None
                    while True:
                        open("alive", "w").write(str(time.time()))
                        time.sleep(0.02)
                os._exit(0)
            time.sleep(60)
            """, "--timeout", "1s");
        Assert.Equal(124, outcome.Code);
        var last = await File.ReadAllTextAsync(place.InWorkspace("alive"));
        await Task.Delay(200);
        Assert.Equal(last, await File.ReadAllTextAsync(place.InWorkspace("alive")));
        Assert.Empty(leftovers.OfPlace());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_daemon_does_not_outlive_the_command(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.ShellAsync("setsid sleep 300 >/dev/null 2>&1 & setsid sh -c 'sleep 300' & echo started");
        Assert.Equal("started", outcome.Succeeded());
        Assert.True(outcome.Time < TimeSpan.FromSeconds(10), outcome.ToString());
        Assert.Empty(new Leftovers(site, place.Root).OfPlace());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Memory_is_bounded(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.PythonAsync("x = []\nfor i in range(100):\n  x.append(bytearray(b'a') * (10 << 20))\nprint('got it')", "--memory", "128M");
        Assert.NotEqual(0, outcome.Code);
        Assert.DoesNotContain("got it", outcome.Text, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Memory_is_bounded_for_all_processes_together(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.PythonAsync("""
            import os, time
            for i in range(8):
                if os.fork() == 0:
                    x = bytearray(b"a") * (60 << 20)
                    time.sleep(3)
                    print("survived", flush=True)
                    os._exit(0)
            for i in range(8):
                os.wait()
            """, "--memory", "200M");
        Assert.True(outcome.Text.Split("survived").Length - 1 <= 3, outcome.ToString());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Shared_memory_counts_and_counts_once(Caller caller)
    {
        using var place = site.For(caller);
        const string Code = """
            import mmap, os, sys, time
            size = int(sys.argv[1]) << 20
            m = mmap.mmap(-1, size)
            for i in range(0, size, 4096): m[i] = 1
            for i in range(4):
                if os.fork() == 0:
                    for i in range(0, size, 4096): m[i] = 2
                    time.sleep(1)
                    os._exit(0)
            for i in range(4): os.wait()
            print("got it")
            """;
        var much = await place.RunAsync("--memory", "100M", "--", "/usr/bin/python3", "-c", Code, "300");
        Assert.DoesNotContain("got it", much.Text, StringComparison.Ordinal);
        var little = await place.RunAsync("--memory", "200M", "--", "/usr/bin/python3", "-c", Code, "70");
        Assert.Equal("got it", little.Text);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_fork_bomb_is_bounded(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.PythonAsync("""
            import os, time
            made = 0
            try:
                while made < 400:
                    if os.fork() == 0:
                        time.sleep(20)
                        os._exit(0)
                    made += 1
            except OSError as e:
                print("refused", e.errno)
            print("made", made)
            """, "--pids", "40");
        Assert.Contains("refused 11", outcome.Text, StringComparison.Ordinal);
        var made = int.Parse(outcome.Text.Split("made ")[1], CultureInfo.InvariantCulture);
        Assert.InRange(made, 5, 40);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_shell_fork_bomb_ends_with_the_timeout(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.RunAsync(["--pids", "60", "--timeout", "2s", "--", "/bin/bash", "-c", "b() { b | b & }; b; sleep 60"], null);
        Assert.NotEqual(0, outcome.Code);
        Assert.True(outcome.Time < TimeSpan.FromSeconds(20), outcome.Time.ToString());
    }

    [Fact]
    public async Task Processor_time_is_bounded()
    {
        using var place = site.For(Caller.Root);
        var outcome = await place.PythonAsync("""
            import os, time
            end = time.time() + 2
            child = os.fork()
            while time.time() < end: pass
            if child == 0: os._exit(0)
            os.wait()
            t = os.times()
            print(t.user + t.system + t.children_user + t.children_system)
            """, "--cpus", "0.5");
        Assert.InRange(double.Parse(outcome.Succeeded(), CultureInfo.InvariantCulture), 0.3, 1.4);
    }

    public static TheoryData<Caller, string> Disks()
    {
        var data = new TheoryData<Caller, string>();
        foreach (var directory in (string[])["/tmp", "/var/tmp", "/home/user", "/run", "/dev/shm"])
        {
            data.Add(Caller.Root, directory);
            data.Add(Caller.User, directory);
        }

        return data;
    }

    [Theory, MemberData(nameof(Disks))]
    public async Task Disk_is_bounded(Caller caller, string directory)
    {
        using var place = site.For(caller);
        var outcome = await place.ShellAsync($"head -c 300M /dev/zero >{directory}/big; stat -c %s {directory}/big", "--disk", "20M");
        Assert.InRange(long.Parse(outcome.Text, CultureInfo.InvariantCulture), 1 << 20, 65 << 20);
        Assert.Contains("No space left", outcome.Error, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Nothing_else_can_be_filled(Caller caller)
    {
        using var place = site.For(caller);
        // Every writable directory that is none of those with a bound.
        var text = (await place.ShellAsync("find / -xdev -maxdepth 4 -type d -writable 2>/dev/null | grep -vxE '/run|/home/user|/tmp|/var/tmp|/dev/shm' | while read d; do (echo x >$d/.t) 2>/dev/null && echo $d; done; for d in / /root /dev /etc /usr /.caisson /proc /sys /mnt; do (echo x >$d/.t) 2>/dev/null && echo $d; done; true")).Text;
        Assert.Equal("", text);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Output_is_bounded(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.RunAsync("--output", "100K", "--", "head", "-c", "2M", "/dev/zero");
        Assert.Equal(100 << 10, outcome.Output.Length);
        Assert.Contains("dropped", outcome.Error, StringComparison.Ordinal);
    }
}
