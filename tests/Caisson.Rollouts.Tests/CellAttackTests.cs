using System.Diagnostics;
using Caisson.Client;
using Caisson.Rollouts.Tests.Ground;

namespace Caisson.Rollouts.Tests;

/// <summary>What hostile code in a cell tries against its neighbours, its zygote and the host, and what comes of it.</summary>
public sealed class CellAttackTests(SharedServer server)
{
    private const string Try = "import os, sys, ctypes, socket, time, errno\nlibc = ctypes.CDLL(None, use_errno=True)\ndef call(n, *a): return 0 if libc.syscall(n, *a) >= 0 else errno.errorcode[ctypes.get_errno()]\n";

    // unshare of each namespace, clone with one, setns, mount, the new mount calls, pivot_root, chroot as nobody, ptrace of the cell's process 1
    [Theory]
    [InlineData("print([call(272, f) for f in (0x20000, 0x10000000, 0x20000000, 0x40000000, 0x4000000, 0x8000000)])", "['EPERM', 'EPERM', 'EPERM', 'EPERM', 'EPERM', 'EPERM']")]
    [InlineData("print([call(56, f | 17, 0, 0, 0, 0) for f in (0x20000, 0x10000000, 0x20000000)])", "['EPERM', 'EPERM', 'EPERM']")]
    [InlineData("print(call(308, os.open('/proc/1/ns/net', 0), 0) if os.access('/proc/1/ns/net', 4) else 'closed')", "closed")]
    [InlineData("print(call(165, b'x', b'/tmp', b'tmpfs', 0, 0), call(166, b'/tmp', 2), call(442, -100, b'/', 0, 0, 0), call(155, b'/', b'/'), call(430, b'tmpfs', 0))", "EPERM EPERM EPERM EPERM EPERM")]
    [InlineData("print(call(161, b'/tmp'))", "EPERM")]
    [InlineData("print(call(101, 16, 1, 0, 0), call(310, 1, 0, 0, 0, 0, 0), call(438, 3, 0, 0))", "EPERM EPERM EPERM")]
    [InlineData("print([n for n in os.listdir('/proc') if n.isdigit()], os.getppid())", "['1', '2'] 0")]
    [InlineData("r = []\nfor n in ('mem', 'environ', 'fd', 'root', 'cwd', 'maps'):\n    try: os.listdir('/proc/1/' + n) if n in ('fd', 'root', 'cwd') else open('/proc/1/' + n, 'rb').read(1); r.append(n)\n    except OSError as e: pass\nprint(r)", "[]")]
    [InlineData("try: os.kill(1, 9)\nexcept OSError as e: print(errno.errorcode[e.errno])", "EPERM")]
    [InlineData("print(os.listdir('/proc/self/fd'))", "['0', '1', '2', '3']")]
    [InlineData("s = open('/proc/self/status').read()\nprint([l.split()[1] for l in s.splitlines() if l.startswith(('CapInh', 'CapPrm', 'CapEff', 'CapAmb', 'NoNewPrivs', 'Seccomp:'))])", "['0000000000000000', '0000000000000000', '0000000000000000', '0000000000000000', '1', '2']")]
    [InlineData("try: os.setuid(0)\nexcept OSError as e: print('no')", "no")]
    [InlineData("def w(p):\n    try: open(p + '/x', 'w'); return p\n    except OSError: return None\nr = []\nfor p, d, f in os.walk('/'):\n    if p.startswith('/proc') or p.count('/') > 3: d.clear()\n    if not p.startswith(('/proc', '/home/user', '/tmp', '/var/tmp', '/dev/shm')) and w(p): r.append(p)\nprint(r)", "[]")]
    [InlineData("s = socket.socket(socket.AF_UNIX)\ntry: s.connect('\\0caisson-zygote')\nexcept OSError as e: print(errno.errorcode[e.errno])", "ECONNREFUSED")]
    [InlineData("print(sum(os.path.exists(p) and os.access(p, os.W_OK) for p in ('/sys/fs/cgroup', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/dev/kmsg', '/dev/mem')))", "0")]
    [InlineData("print(open('/proc/keys').read() == '' and open('/proc/interrupts').read() == '')", "True")]
    public async Task Nothing_opens(string code, string said)
    {
        var result = (await server.RunAsync(Python(Try + code))).Single();
        Assert.Equal(("zygote", "", said), (result.Isolation, result.Steps[0].Stderr, result.Steps[0].Stdout.TrimEnd()));
    }

    [Fact]
    public async Task Neither_server_nor_tenant_shows()
    {
        var result = (await server.RunAsync(Python("import os; print(open('/proc/self/environ').read(), dict(os.environ), open('/proc/1/cmdline').read(), open('/proc/self/mountinfo').read(), os.uname())"))).Single();
        Assert.Equal("zygote", result.Isolation);
        Assert.DoesNotContain(server.Server.Key, result.Steps[0].Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain("default", result.Steps[0].Stdout.Replace("default_permissions", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Host.Root, result.Steps[0].Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_holds_nothing_of_another_execution()
    {
        var secret = $"needle-{Guid.NewGuid():N}";
        var owner = Python($"x = '{secret}'\nprint(x)\nimport time; time.sleep(3)") with { Stdin = secret };
        var digits = string.Join(',', secret.Select(letter => (int)letter));
        var search = Python($$"""
            import time; time.sleep(1)
            # Spelt so that the program itself does not hold what it looks for, and marked by the first half.
            word = bytes([{{digits}}])
            found = 0
            with open('/proc/self/mem', 'rb', 0) as memory:
                for line in open('/proc/self/maps'):
                    start, end = (int(part, 16) for part in line.split()[0].split('-'))
                    if 'r' not in line.split()[1] or end > 1 << 47: continue
                    try: memory.seek(start); piece = memory.read(end - start)
                    except OSError: continue
                    at = piece.find(word[:20])
                    while at >= 0:
                        found += piece[at:at + len(word)] == word
                        at = piece.find(word[:20], at + 1)
            print('searched', found <= 12)
            print(found)
            """);
        var results = await server.RunAsync(owner, search, search with { Name = "again" });
        // What it finds is its own: the word as built, and copies made by the search. Without the owner beside it there are as many.
        var alone = (await server.RunAsync(search)).Single();
        Assert.All(results, result => Assert.Equal("zygote", result.Isolation));
        Assert.Equal(alone.Steps[0].Stdout, results[1].Steps[0].Stdout);
        Assert.Equal(alone.Steps[0].Stdout, results[2].Steps[0].Stdout);
    }

    [Fact]
    public async Task Neighbours_go_on_beside_every_attack()
    {
        RolloutTask[] attacks =
        [
            Python("import os, time\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.05)") with { TimeoutSeconds = 3 },
            Python("x = []\nwhile True: x.append(bytearray(1 << 20))"),
            Python("f = open('/home/user/x', 'wb')\nwhile True: f.write(b'x' * 10**6)") with { Resources = new RolloutLimits { DiskBytes = 48 << 20 } },
            Python("while True: print('y' * 10000)"),
            Python("import os\nfor i in range(9): os.kill(-1, 9) if i == 8 else os.fork()"),
            Python("import os, time\nif os.fork() == 0:\n    os.setsid()\n    while True: time.sleep(1)\nprint('left')"),
            Python("import os\nopen('/proc/self/oom_score_adj', 'w').write('0')\nx = []\nwhile True: x.append(bytearray(1 << 20))"),
            Python("import os, signal\nfor n in range(1, 65):\n    try: os.kill(0, n) if n not in (9, 19) else None\n    except OSError: pass\n    except BaseException: pass"),
            Python("import os, fcntl\nfor i in range(1000): os.pipe()\nprint('never')"),
        ];
        var good = Enumerable.Range(0, 60).Select(index => Python($"print({index} ** 2)")).ToArray();
        var results = await server.RunAsync([.. good, .. attacks, .. good]);
        Assert.All(results.Where((_, index) => index < 60 || index >= 60 + attacks.Length), (result, index) =>
            Assert.Equal((RolloutLabel.Ok, $"{index % 60 * (index % 60)}\n", 1), (result.Label, result.Steps[0].Stdout, result.Attempts)));
        var labels = results[60..(60 + attacks.Length)].Select(result => result.Label).ToArray();
        Assert.Equal([RolloutLabel.Timeout, RolloutLabel.OutOfMemory, RolloutLabel.Quota, RolloutLabel.Quota], labels[..4]);
        Assert.Equal((RolloutLabel.Ok, RolloutLabel.OutOfMemory), (labels[5], labels[6]));
        Assert.DoesNotContain(RolloutLabel.Infrastructure, labels);
    }

    [Fact]
    public async Task A_zygote_that_dies_is_replaced_and_nothing_is_told_wrong()
    {
        var task = Python("import time; time.sleep(0.3); print('told')");
        // So many that the death is in their midst: one that nobody runs in would be the next test's to find.
        var running = server.RunAsync([.. Enumerable.Repeat(task, 10 * Math.Max(4, 2 * Environment.ProcessorCount))]);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        foreach (var process in Process.GetProcessesByName("python3").Where(IsOurZygote))
            process.Kill();
        var results = await running;
        Assert.All(results, result => Assert.Equal((RolloutLabel.Ok, "told\n"), (result.Label, result.Steps[0].Stdout)));
    }

    // Of this suite's own server alone: another's on the same machine is none of our business.
    private bool IsOurZygote(Process process)
    {
        try
        {
            var isZygote = File.ReadAllText($"/proc/{process.Id}/cmdline").Contains("/opt/caisson/zygote/zygote.py", StringComparison.Ordinal);
            var group = File.ReadAllText($"/proc/{process.Id}/cgroup");
            return isZygote && Directory.GetDirectories(Path.Combine(server.Host.State, "sandboxes")).Any(path => group.Contains(Path.GetFileName(path), StringComparison.Ordinal));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static RolloutTask Python(string code) => new() { Language = "python", Code = code };
}
