using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;

namespace Caisson.Linux.Tests;

public sealed class ForkScriptTests
{
    private static unsafe nint Copy(ForkScript script, string text) => (nint)script.Memory.Copy(text);

    [Fact]
    public void The_failing_step_is_named_and_the_later_ones_are_not_made()
    {
        var made = Path.Combine(Path.GetTempPath(), "crt-" + Guid.NewGuid().ToString("N"));
        using var script = new ForkScript();
        script.Add("first", Sys.GetPid);
        script.Add("open nothing", Sys.Open, Copy(script, "/no/such/file"), Flags.O_RDONLY);
        script.Add("create", Sys.Open, Copy(script, made), Flags.O_WRONLY | 0x40, 0x180);
        var failure = Assert.Throws<LinuxException>(() => script.Finish(script.Start(Flags.SIGCHLD)));
        Assert.Equal(2, failure.Error);
        Assert.Contains("open nothing", failure.Message, StringComparison.Ordinal);
        Assert.Equal(new ScriptFailure(1, "open nothing", 2), script.Failure);
        Assert.False(File.Exists(made));
    }

    [Fact]
    public void A_result_is_an_argument_of_a_later_step()
    {
        var path = Path.Combine(Path.GetTempPath(), "crt-" + Guid.NewGuid().ToString("N"));
        using var script = new ForkScript();
        var fd = script.Add("open", Sys.Open, Copy(script, path), Flags.O_WRONLY | 0x40, 0x180);
        script.Add("write", Sys.Write, ForkScript.Result(fd), Copy(script, "text"), 4);
        script.Add("close", Sys.Close, ForkScript.Result(fd));
        try
        {
            script.Finish(script.Start(Flags.SIGCHLD));
            Assert.Equal("text", File.ReadAllText(path));
            Assert.True(script.ResultOf(fd) > 2);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_optional_steps_failure_does_not_matter()
    {
        using var script = new ForkScript();
        script.AddOptional("close", Sys.Close, 99_999);
        var pid = script.Add("getpid", Sys.GetPid);
        script.Finish(script.Start(Flags.SIGCHLD));
        Assert.Null(script.Failure);
        Assert.True(script.ResultOf(pid) > 0);
    }

    [Fact]
    public async Task A_child_at_a_gate_does_not_outlive_its_parents_end_of_it()
    {
        using var script = new ForkScript();
        var gate = new Gate();
        gate.AddWait(script, "wait");
        var child = script.StartConcurrently(Flags.SIGCHLD);
        // As when the parent is killed: nothing is written, its descriptors are closed.
        gate.Dispose();
        var ended = Task.Run(() => script.Finish(child));
        try
        {
            await ended.WaitAsync(TimeSpan.FromSeconds(20));
        }
        finally
        {
            _ = Libc.Kill(child, Flags.SIGKILL);
        }
    }

    [Fact]
    public async Task A_thousand_forks_under_garbage_collection_all_end()
    {
        using var ending = new CancellationTokenSource();
        var garbage = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var kept = new List<byte[]>();
            while (!ending.IsCancellationRequested)
            {
                kept.Add(new byte[Random.Shared.Next(100, 100_000)]);
                if (kept.Count > 200)
                    kept.Clear();
                if (Random.Shared.Next(500) == 0)
                    GC.Collect();
            }
        })).ToList();
        var forks = Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                using var script = new ForkScript();
                var pid = script.Add("getpid", Sys.GetPid);
                for (var k = 0; k < 20; k++)
                    script.AddOptional("close", Sys.Close, 99_999);
                var child = script.Start(Flags.SIGCHLD);
                script.Finish(child);
                Assert.Equal(child, script.ResultOf(pid));
            }
        });
        try
        {
            await forks.WaitAsync(TimeSpan.FromSeconds(90));
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(garbage);
        }

        Assert.Equal("", Host.Children.Trim());
    }

    [Fact]
    public void A_script_that_is_full_says_so()
    {
        using var script = new ForkScript();
        Assert.Throws<InvalidOperationException>(() =>
        {
            for (var i = 0; i < 5000; i++)
                script.Add("getpid", Sys.GetPid);
        });
    }

    [Fact]
    public void A_program_starts_with_no_signal_blocked_and_ours_stay_as_they_were()
    {
        var before = Blocked(File.ReadAllText("/proc/thread-self/status"));
        var said = Path.Combine(Path.GetTempPath(), "crt-" + Guid.NewGuid().ToString("N"));
        try
        {
            using var script = new ForkScript();
            script.AddProgram("/bin/sh", ["sh", "-c", $"grep SigBlk /proc/self/status > {said}"], []);
            script.Finish(script.Start(Flags.SIGCHLD));
            Assert.Equal(0ul, Blocked(File.ReadAllText(said)));
            Assert.Equal(before, Blocked(File.ReadAllText("/proc/thread-self/status")));
        }
        finally
        {
            File.Delete(said);
        }
    }

    [Fact]
    public void A_child_that_gives_up_its_rights_leaves_ours_and_our_files_in_proc()
    {
        Assert.SkipUnless(Host.IsRoot, "only root has rights to give up");
        var dumpable = Libc.Syscall(Sys.Prctl, 3);
        using var script = new ForkScript();
        script.Add("setresgid", Sys.SetResGid, 65534, 65534, 65534);
        script.Add("setresuid", Sys.SetResUid, 65534, 65534, 65534);
        script.Finish(script.Start(Flags.SIGCHLD));
        Assert.Equal(0u, Libc.GetUid());
        Assert.Equal(dumpable, Libc.Syscall(Sys.Prctl, 3));
    }

    [Fact]
    public async Task The_end_of_a_process_is_told_whoever_its_parent_is()
    {
        using var script = new ForkScript();
        script.AddProgram("/bin/sleep", ["sleep", "0.3"], []);
        var pid = script.Start(Flags.SIGCHLD);
        Assert.False(await ProcessEnd.WaitAsync(pid, TimeSpan.FromMilliseconds(20)));
        Assert.True(await ProcessEnd.WaitAsync(pid, TimeSpan.FromSeconds(20)));
        script.Finish(pid);
        Assert.True(await ProcessEnd.WaitAsync(pid, TimeSpan.Zero));
    }

    private static ulong Blocked(string status)
    {
        var line = status.Split('\n').Single(l => l.StartsWith("SigBlk:", StringComparison.Ordinal));
        return ulong.Parse(line["SigBlk:".Length..].Trim(), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
    }
}
