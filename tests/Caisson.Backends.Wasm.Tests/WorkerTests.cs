using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;

namespace Caisson.Backends.Wasm.Tests;

/// <summary>The worker: its death, its wall, its being found again, and what is left of it.</summary>
public sealed class WorkerTests(Wall wall)
{
    [Fact]
    public async Task A_killed_worker_ends_its_commands_with_a_reason_and_is_replaced()
    {
        await using var box = await wall.StartAsync();
        await using var running = await box.Guest.StartAsync(new ExecRequest { Command = "python", Arguments = ["-c", "import time; time.sleep(100)"], WorkingDirectory = box.Workspace }, CancellationToken.None);
        Kill(box.WorkerPid());
        var told = await Assert.ThrowsAsync<CaissonException>(() => Box.ReadAsync(running));
        Assert.Equal(ErrorCode.Unavailable, told.Code);
        Assert.Contains("worker ended", told.Message, StringComparison.Ordinal);
        Assert.Equal("42\n", (await box.RunAsync("js", "-e", "print(42)")).Output);
    }

    [Fact]
    public async Task The_worker_is_nobody_on_the_host_and_has_no_rights()
    {
        await using var box = await wall.StartAsync();
        var status = await File.ReadAllLinesAsync($"/proc/{box.WorkerPid()}/status");
        Assert.Equal("2", Value("Seccomp:"));
        Assert.Equal("1", Value("NoNewPrivs:"));
        Assert.Equal("0000000000000000", Value("CapEff:"));
        Assert.DoesNotContain("0", status.Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1..]);
        // A loopback and nothing else: two lines of headings, one of a link.
        Assert.Equal(3, (await File.ReadAllLinesAsync($"/proc/{box.WorkerPid()}/net/dev")).Length);

        string Value(string name) => status.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();
    }

    [Fact]
    public async Task A_detached_sandbox_is_found_again_with_its_command_running()
    {
        await using var box = await wall.StartAsync(detached: true);
        int pid;
        await using (var running = await box.Guest.StartAsync(new ExecRequest { Command = "python", Arguments = ["-uc", "import time; print('one'); time.sleep(3); print('two')"], WorkingDirectory = box.Workspace }, CancellationToken.None))
            pid = running.Pid;
        await box.Sandbox.DisposeAsync();
        using var later = new WasmBackend(Wall.Options, wall.Around);
        var found = await later.AttachAsync(new AttachRequest(box.Id, box.Spec, box.State, new NoTimeline()), CancellationToken.None);
        Assert.NotNull(found);
        await using (var again = await found.Guest.AttachAsync(new ProcessSelector(pid), 0, CancellationToken.None))
            Assert.Equal("one\ntwo\n", (await Box.ReadAsync(again)).Output);
        await found.KillAsync(CancellationToken.None);
        await found.DisposeAsync();
        Assert.Null(await later.AttachAsync(new AttachRequest(box.Id, box.Spec, box.State, new NoTimeline()), CancellationToken.None));
    }

    [Fact]
    public async Task Nothing_is_left_of_a_killed_sandbox()
    {
        var box = await wall.StartAsync();
        var worker = box.WorkerPid();
        _ = await box.Guest.StartAsync(new ExecRequest { Command = "python", Arguments = ["-c", "import time; time.sleep(100)"], WorkingDirectory = box.Workspace }, CancellationToken.None);
        await box.DisposeAsync();
        Assert.False(Directory.Exists($"/proc/{worker}"));
        Assert.False(Directory.Exists(box.State));
        Assert.Empty(Directory.Exists("/sys/fs/cgroup") ? Directory.EnumerateDirectories("/sys/fs/cgroup", box.Id.Value, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true }) : []);
    }

    [Fact]
    public async Task A_full_disk_is_an_error_of_the_program_and_of_the_files()
    {
        await using var box = await wall.StartAsync(spec => spec with { Resources = spec.Resources with { DiskBytes = 16 << 20 } });
        var outcome = await box.RunAsync("python", "-c", "f=open('/home/user/fill','wb')\ntry:\n  while True: f.write(b'x'*65536)\nexcept OSError as e: print(e.errno)");
        Assert.Equal("51\n", outcome.Output);
        using var content = new MemoryStream(new byte[1 << 20]);
        Assert.Equal(ErrorCode.ResourceExhausted, (await Assert.ThrowsAsync<CaissonException>(() => box.Guest.Files.WriteAsync("/home/user/more", null, content, new WriteOptions(), CancellationToken.None))).Code);
        await box.Guest.Files.RemoveAsync("/home/user/fill", null, CancellationToken.None);
        Assert.Equal("1\n", (await box.RunAsync("python", "-c", "print(open('/home/user/again','w').write('x'))")).Output);
    }

    [Fact]
    public async Task Half_a_processor_is_half_a_processor()
    {
        await using var box = await wall.StartAsync(spec => spec with { Resources = spec.Resources with { Cpus = 0.5 } });
        box.Add("spin.wasm", Text.Spin);
        var before = await box.Sandbox.UsageAsync(CancellationToken.None);
        _ = await box.RunAsync(new ExecRequest { Command = "spin.wasm", Timeout = TimeSpan.FromSeconds(3) });
        var used = (await box.Sandbox.UsageAsync(CancellationToken.None)).CpuTime - before.CpuTime;
        Assert.InRange(used.TotalSeconds, 0.01, 2.4);
    }

    [Fact]
    public async Task A_worker_that_outgrows_the_sandbox_is_told_as_memory()
    {
        await using var box = await wall.StartAsync(spec => spec with { Resources = spec.Resources with { MemoryBytes = 160 << 20 } });
        const string Hold = "b=bytearray(70<<20)\nimport time; time.sleep(20)";
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EndAsync()));
        Assert.Contains(outcomes, outcome => outcome is { Exit.OutOfMemory: true });
        Assert.Equal("42\n", (await box.RunAsync("js", "-e", "print(42)")).Output);

        async Task<Outcome?> EndAsync()
        {
            try
            {
                return await box.RunAsync(new ExecRequest { Command = "python", Arguments = ["-c", Hold], Timeout = TimeSpan.FromSeconds(15) });
            }
            catch (CaissonException e) when (e.Code == ErrorCode.Unavailable)
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task More_commands_than_were_given_are_refused()
    {
        await using var box = await wall.StartAsync(spec => spec with { Resources = spec.Resources with { Pids = 2 } });
        box.Add("sleep.wasm", Text.Sleep);
        var request = new ExecRequest { Command = "sleep.wasm", WorkingDirectory = box.Workspace };
        await using var one = await box.Guest.StartAsync(request, CancellationToken.None);
        await using var two = await box.Guest.StartAsync(request, CancellationToken.None);
        Assert.Equal(ErrorCode.ResourceExhausted, (await Assert.ThrowsAsync<CaissonException>(() => box.Guest.StartAsync(request, CancellationToken.None))).Code);
        await box.Guest.SignalAsync(new ProcessSelector(one.Pid), 9, group: false, CancellationToken.None);
        _ = await Box.ReadAsync(one);
        await using var three = await box.Guest.StartAsync(request, CancellationToken.None);
    }

    [Fact]
    public async Task What_cannot_be_kept_of_a_spec_is_refused_before_anything_is_made()
    {
        await RefusedAsync(spec => spec with { Egress = EgressPolicy.Internet with { Transforms = [new HeaderTransform("example.com", new Dictionary<string, string>(StringComparer.Ordinal))] } }, ErrorCode.Unsupported);
        await RefusedAsync(spec => spec with { Resources = spec.Resources with { MemoryBytes = 32 << 20 } }, ErrorCode.InvalidArgument);

        async Task RefusedAsync(Func<SandboxSpec, SandboxSpec> change, ErrorCode code) =>
            Assert.Equal(code, (await Assert.ThrowsAsync<CaissonException>(() => wall.StartAsync(change))).Code);
    }

    private static void Kill(int pid) => System.Diagnostics.Process.GetProcessById(pid).Kill();
}
