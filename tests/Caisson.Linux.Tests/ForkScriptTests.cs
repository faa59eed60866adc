using Caisson.Linux.Forking;
using Caisson.Linux.Interop;

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
}
