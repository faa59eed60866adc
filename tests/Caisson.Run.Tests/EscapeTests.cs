using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class EscapeTests(Site site)
{
    // Harmless by themselves, or refused by a means that is tested elsewhere.
    private static readonly string[] _harmless = ["kill-1 ", "kill-1-term", "tkill-1", "tgkill-1"];

    [Theory, ClassData(typeof(Callers))]
    public async Task Calls_that_reach_for_the_kernel_or_other_processes_are_refused(Caller caller)
    {
        using var place = site.For(caller);
        place.Write("work/escape.py", await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Attacks/escape.py")));
        var lines = (await place.RunAsync("--", "/usr/bin/python3", "escape.py")).Succeeded().Split('\n');
        Assert.True(lines.Length > 75, string.Join('\n', lines));
        var open = lines.Where(l => l.Contains(" OPEN", StringComparison.Ordinal) && !_harmless.Any(h => l.StartsWith(h, StringComparison.Ordinal))).ToList();
        Assert.Empty(open);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Killing_everything_ends_no_sandbox_but_the_killers(Caller caller)
    {
        using var place = site.For(caller);
        using var other = site.For(caller);
        await using var bystander = other.Start(["run", "--", "/bin/sh", "-c", "echo ready; cat"]);
        await bystander.UntilAsync("ready");
        var outcome = await place.ShellAsync("sleep 60 & kill -9 -1; echo still here");
        Assert.True(outcome.Time < TimeSpan.FromSeconds(10), outcome.ToString());
        Assert.NotEqual(125, outcome.Code);
        Assert.Equal(0, (await bystander.EndAsync()).Code);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Process_1_does_not_mind_signals_of_the_command(Caller caller)
    {
        using var place = site.For(caller);
        Assert.Equal("alive", (await place.ShellAsync("for s in HUP INT QUIT USR1 USR2 TERM ABRT SEGV BUS ILL FPE ALRM STOP TSTP KILL PIPE; do kill -$s 1 2>/dev/null; done; sleep 0.3; echo alive")).Succeeded());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task There_is_no_privilege_to_be_had(Caller caller)
    {
        using var place = site.For(caller);
        var status = (await place.ShellAsync("cat /proc/self/status")).Succeeded();
        foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
            Assert.Contains($"{set}:\t0000000000000000\n", status, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1\n", status, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2\n", status, StringComparison.Ordinal);
        Assert.Contains("Uid:\t1000\t1000\t1000\t1000\n", status, StringComparison.Ordinal);
        Assert.Equal("0", (await place.ShellAsync("ulimit -c; ulimit -H -c")).Text.Split('\n').Distinct().Single());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Setuid_programs_gain_nothing(Caller caller)
    {
        using var place = site.For(caller);
        File.Copy("/usr/bin/id", place.InWorkspace("id"));
        place.Give(place.Workspace);
        Tool.Run("chmod", "6755", place.InWorkspace("id"));
        var text = (await place.ShellAsync("./id -u; cp /usr/bin/id mine; chmod 6755 mine; ./mine -u; for p in su passwd mount newgrp chsh; do test -u /usr/bin/$p && echo id | timeout 5 /usr/bin/$p -c 'id -u' root 2>/dev/null </dev/null; done; grep -c 'nosuid' /proc/mounts >/dev/null; grep -v nosuid /proc/mounts")).Text;
        Assert.Equal("1000\n1000", text);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task The_kernels_settings_and_process_1_are_closed(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.PythonAsync("""
            import glob, os
            own = ["/proc/sys/kernel/" + n for n in ("auto_msgmni", "msgmax", "msgmnb", "msgmni", "ns_last_pid", "pid_max", "sem", "shm_rmid_forced", "shmall", "shmmax", "shmmni")]
            for path in (glob.glob("/proc/sys/**", recursive=True) + glob.glob("/sys/**", recursive=True)
                         + ["/proc/sysrq-trigger", "/proc/kcore", "/proc/kmem", "/proc/1/mem", "/proc/1/environ", "/proc/1/auxv", "/proc/1/oom_score_adj", "/proc/1/coredump_filter", "/dev/mem", "/dev/kmsg", "/dev/port", "/dev/fuse", "/dev/kvm", "/dev/vda", "/dev/net/tun"]):
                if os.path.isdir(path): continue
                # These are of the sandbox's own ipc and pid namespaces.
                if path.startswith("/proc/sys/fs/mqueue/") or path in own: continue
                try:
                    fd = os.open(path, os.O_WRONLY)
                    os.close(fd)
                    print("WRITABLE", path)
                except OSError: pass
            for path in ["/proc/1/mem", "/proc/1/environ", "/proc/1/maps", "/proc/1/auxv", "/proc/1/stack", "/proc/1/io", "/proc/kcore", "/proc/kallsyms", "/proc/keys", "/proc/timer_list"]:
                try:
                    data = open(path, "rb").read(100)
                    if data.strip(b"\0"): print("READABLE", path, data[:60])
                except OSError: pass
            for path in ["/proc/1/fd", "/proc/1/cwd", "/proc/1/root", "/proc/1/exe", "/proc/1/map_files"]:
                try: print("LINK", path, os.listdir(path) if path.endswith("fd") or path.endswith("files") else os.readlink(path))
                except OSError: pass
            """);
        Assert.Equal("", outcome.Succeeded());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task The_system_is_read_only(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.ShellAsync("for d in / /usr /usr/bin /usr/local /etc /lib /bin /root /dev /.caisson /proc /sys /var; do (echo x >$d/caisson-test) 2>/dev/null && echo wrote $d; done; for f in /etc/passwd /etc/hosts /etc/resolv.conf /etc/nsswitch.conf /etc/ld.so.cache /usr/bin/id /.caisson/guest /dev/full; do (echo x >>$f) 2>/dev/null && echo wrote $f; mv $f /tmp/moved 2>/dev/null && echo moved $f; done; true");
        Assert.Equal("", outcome.Succeeded());
        Assert.False(File.Exists("/usr/caisson-test"));
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task There_are_only_the_few_device_nodes(Caller caller)
    {
        using var place = site.For(caller);
        var text = (await place.ShellAsync("for f in $(find / -xdev -not -path '/proc/*'; find /dev); do test -c $f -o -b $f && test ! -L $f && echo $f; done | LC_ALL=C sort -u")).Text;
        Assert.Equal(["/dev/full", "/dev/null", "/dev/pts/ptmx", "/dev/random", "/dev/tty", "/dev/urandom", "/dev/zero"], text.Split('\n'));
    }
}
