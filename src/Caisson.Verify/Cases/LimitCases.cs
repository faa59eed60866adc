using Caisson.Client;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using static Caisson.Verify.Cases.ShellCase;

namespace Caisson.Verify.Cases;

/// <summary>Limits; each case has a sandbox of its own.</summary>
internal static class LimitCases
{
    private const string StillAlive = "echo alive";

    public static IEnumerable<VerifyCase> All =>
    [
        Limited("a program within its memory ends well", Controls.Memory, new Resources { MemoryBytes = 256 << 20 }, "python3 -c \"b=bytearray(100<<20); print(len(b))\"", r => r.Stdout.Trim() == "104857600"),
        Limited("a program that wants more memory is ended, and that is told", Controls.Memory, new Resources { MemoryBytes = 128 << 20 }, "exec python3 -c \"b=bytearray(400<<20); print('got it')\"", r => r is { Failure: FailureKind.OutOfMemory } && !r.Stdout.Contains("got it", StringComparison.Ordinal)),
        Limited("many small programs together are one sum", Controls.Memory, new Resources { MemoryBytes = 128 << 20 }, "for i in 1 2 3 4 5 6 7 8; do python3 -c \"b=bytearray(40<<20); import time; time.sleep(3); print('held')\" & done; wait", r => r.Stdout.Split("held").Length - 1 < 8),
        Limited("shared memory counts", Controls.Memory, new Resources { MemoryBytes = 128 << 20 }, "head -c 300M /dev/zero > /dev/shm/fill; stat -c %s /dev/shm/fill", r => !r.Stdout.Contains("314572800", StringComparison.Ordinal)),
        Limited("a fork bomb stays within its processes", Controls.Pids, new Resources { Pids = 64 }, "python3 -c \"\nimport os,time\nn=0\ntry:\n  while n<500:\n    if os.fork()==0: time.sleep(2); os._exit(0)\n    n+=1\nexcept OSError: pass\nprint(n)\"", r => int.TryParse(r.Stdout.Trim(), out var n) && n is > 5 and < 64),
        Limited("threads count as processes", Controls.Pids, new Resources { Pids = 64 }, "python3 -c \"\nimport threading,time\nn=0\ntry:\n  while n<500:\n    threading.Thread(target=time.sleep,args=(2,),daemon=True).start(); n+=1\nexcept RuntimeError: pass\nprint(n,flush=True); import os; os._exit(0)\"", r => int.TryParse(r.Stdout.Trim(), out var n) && n is > 5 and < 64),
        new("a shell's fork bomb ends with its deadline and leaves the sandbox usable", Controls.Pids, async (bench, cancellation) =>
        {
            await using var box = await bench.CreateAsync(new SandboxSpec { Resources = new Resources { Pids = 48 } }, cancellation);
            // The shell itself forks once and becomes another program: it may not get another process either, and would end before its deadline.
            var result = await box.ExecAsync(new ExecRequest { Command = "/bin/sh", Arguments = ["-c", "b() { b | b & }; (b) & exec sleep 60"], Timeout = TimeSpan.FromSeconds(2) }, null, cancellation);
            Expect.Equal(FailureKind.Timeout, result.Failure);
            Expect.Equal("alive\n", (await Bench.RunAsync(box, StillAlive, User, cancellation)).Stdout);
        }),
        new("a sandbox full of processes says so", Controls.Pids, async (bench, cancellation) =>
        {
            await using var box = await bench.CreateAsync(new SandboxSpec { Resources = new Resources { Pids = 32 } }, cancellation);
            await using var full = await box.StartAsync(new ExecRequest { Command = "python3", Arguments = ["-c", "import os,time\ntry:\n  while True:\n    if os.fork()==0: time.sleep(60); os._exit(0)\nexcept OSError: print('full',flush=True); time.sleep(60)"] }, cancellation);
            await foreach (var item in full.ReadAsync(cancellation))
            {
                if (item is ExecOutputEvent)
                    break;
            }

            Expect.Equal(ErrorCode.ResourceExhausted, (await Expect.RefusedAsync(() => box.ExecAsync("true", cancellation))).Code);
        }),
        new("half a processor is half a processor", Controls.Cpu, async (bench, cancellation) =>
        {
            await using var box = await bench.CreateAsync(new SandboxSpec { Resources = new Resources { Cpus = 0.5 } }, cancellation);
            var result = await Bench.RunAsync(box, "python3 -c \"\nimport time\ns=time.monotonic(); c=time.process_time()\nwhile time.monotonic()-s<3: pass\nprint((time.process_time()-c)/(time.monotonic()-s))\"", User, cancellation);
            Expect.True(double.TryParse(result.Stdout.Trim(), System.Globalization.CultureInfo.InvariantCulture, out var share) && share < 0.7, $"it had {result.Stdout.Trim()} of a processor");
        }),
        new VerifyCase("several processes share one limit", Controls.Cpu, async (bench, cancellation) =>
        {
            await using var box = await bench.CreateAsync(new SandboxSpec { Resources = new Resources { Cpus = 0.5 } }, cancellation);
            var result = await Bench.RunAsync(box, "for i in 1 2 3 4; do python3 -c \"\nimport time\ns=time.monotonic(); c=time.process_time()\nwhile time.monotonic()-s<3: pass\nprint(time.process_time()-c)\" & done; wait", User, cancellation);
            var sum = result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(line => double.Parse(line, System.Globalization.CultureInfo.InvariantCulture));
            Expect.True(sum < 2.4, $"four processes had {sum:0.0} s of a processor in about 3 s");
        }).WhereLinuxAnswers("its kernel counts time waited for a processor as time used; the host's own count is the limit"),
        Limited("a full disk is an error and not a hang", Controls.Disk, new Resources { DiskBytes = 64 << 20 }, "head -c 200M /dev/zero > /home/user/fill; echo $?; stat -c %s /home/user/fill; rm /home/user/fill; echo ok > /home/user/again && cat /home/user/again", r => r.Stdout.StartsWith("1\n", StringComparison.Ordinal) && r.Stdout.EndsWith("ok\n", StringComparison.Ordinal) && long.Parse(r.Stdout.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture) <= 64 << 20),
        Limited("root inside has no more disk than others", Controls.Disk, new Resources { DiskBytes = 64 << 20 }, "sudo sh -c 'head -c 200M /dev/zero > /root/fill'; sudo stat -c %s /root/fill", r => long.Parse(r.Stdout.Trim(), System.Globalization.CultureInfo.InvariantCulture) <= 64 << 20),
        Limited("files end as bytes do", Controls.Disk, new Resources { DiskBytes = 32 << 20 }, "cd /home/user && python3 -c \"\nn=0\ntry:\n  while n<200000:\n    open(f'f{n}','w').close(); n+=1\nexcept OSError: pass\nprint(n)\"", r => int.TryParse(r.Stdout.Trim(), out var n) && n is > 100 and < 200_000),
        Limited("/tmp and the home share the limit or have one each", Controls.Disk, new Resources { DiskBytes = 64 << 20 }, "head -c 200M /dev/zero > /tmp/fill; stat -c %s /tmp/fill", r => long.Parse(r.Stdout.Trim(), System.Globalization.CultureInfo.InvariantCulture) <= 64 << 20),
        Timed("a program past its time is ended, and that is told", "sleep 30", null),
        Timed("its children end with it", "sleep 30 & sleep 30 & wait", "sleep"),
        Timed("what ignores signals ends with it", "trap '' TERM HUP INT; while :; do sleep 0.1; done", null),
        Timed("a session of its own does not help", "setsid sleep 30 & sleep 31", "sleep"),
        new("output before the deadline is kept", Controls.Time, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var result = await box.ExecAsync(new ExecRequest { Command = "/bin/sh", Arguments = ["-c", "echo before; sleep 30"], Timeout = TimeSpan.FromSeconds(1) }, null, cancellation);
            Expect.Equal("before\n", result.Stdout);
            Expect.Equal(FailureKind.Timeout, result.Failure);
        }),
        new("output past the limit is dropped and counted", Controls.Output, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var result = await box.ExecAsync(new ExecRequest { Command = "head", Arguments = ["-c", "1000000", "/dev/zero"], OutputLimit = 1000 }, null, cancellation);
            Expect.Equal(1000, result.Stdout.Length);
            Expect.Equal(999_000, result.OutputDropped);
        }),
        new("a flood of output hurts nobody", Controls.Output, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var result = await box.ExecAsync(new ExecRequest { Command = "yes", Timeout = TimeSpan.FromSeconds(2), OutputLimit = 1 << 20 }, null, cancellation);
            Expect.Equal(1 << 20, result.Stdout.Length);
            Expect.Equal("alive\n", (await box.ExecAsync(StillAlive, cancellation)).Stdout);
        }),
    ];

    private static VerifyCase Limited(string name, Control control, Resources resources, string script, Func<ExecResult, bool> holds) => new(name, control, async (bench, cancellation) =>
    {
        await using var box = await bench.CreateAsync(new SandboxSpec { Resources = resources }, cancellation);
        var result = await Bench.RunAsync(box, script, User, cancellation);
        Expect.True(holds(result), $"got {Describe(result)}");
        Expect.Equal("alive\n", (await Bench.RunAsync(box, StillAlive, User, cancellation)).Stdout);
    });

    private static VerifyCase Timed(string name, string script, string? gone) => new(name, Controls.Time, async (bench, cancellation) =>
    {
        await using var box = await bench.CreateAsync(new SandboxSpec(), cancellation);
        var result = await box.ExecAsync(new ExecRequest { Command = "/bin/sh", Arguments = ["-c", script], Timeout = TimeSpan.FromSeconds(1) }, null, cancellation);
        Expect.Equal(FailureKind.Timeout, result.Failure);
        if (gone is not null)
            await Expect.SoonAsync(async () => (await Bench.RunAsync(box, $"pgrep -x {gone} | wc -l", Root, cancellation)).Stdout.Trim() == "0", $"'{gone}' is still there", cancellation);
    });
}
