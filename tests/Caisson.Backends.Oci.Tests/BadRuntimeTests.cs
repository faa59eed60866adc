using System.Diagnostics;
using System.Globalization;
using Caisson.Backends.Oci.Runtimes;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;

namespace Caisson.Backends.Oci.Tests;

public sealed class BadRuntimeTests(RuntimeHost host) : IClassFixture<RuntimeHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_is_missing_is_named_with_what_to_install()
    {
        var backend = host.Backend(Path.Combine(host.Folder, "nothing"));
        var report = await backend.ProbeAsync(Token);
        Assert.False(report.Usable);
        Assert.Contains(report.Checks, check => check is { Feature: "crun", State: HostCheckState.Missing, Remedy: "apt-get install crun" });
        var refused = await RefusedAsync(backend);
        Assert.Equal(ErrorCode.Unsupported, refused.Code);
    }

    [Fact]
    public async Task One_that_is_installed_later_is_found_without_a_restart()
    {
        var path = Path.Combine(host.Folder, "later");
        var backend = host.Backend(path);
        Assert.False((await backend.ProbeAsync(Token)).Usable);
        File.Copy(host.Script("exit 1", "later version 2.0"), path);
        Assert.Equal(HostCheckState.Ok, (await backend.ProbeAsync(Token)).Checks[0].State);
    }

    [Theory]
    [InlineData("crun version 0.9", "version 0.9")]
    [InlineData("podman version 4.3", "is no crun")]
    [InlineData("", "is no crun")]
    public async Task One_of_the_wrong_version_is_refused(string says, string why)
    {
        var refused = await RefusedAsync(host.Backend(host.Script("exit 0", says)));
        Assert.Equal(ErrorCode.Unsupported, refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_fails_is_quoted_at_once()
    {
        Assert.SkipWhen(RuntimeHost.Missing is not null, RuntimeHost.Missing ?? "");
        var watch = Stopwatch.StartNew();
        var refused = await RefusedAsync(host.Backend(host.Script("echo 'no such feature' >&2; exit 1")));
        Assert.Equal(ErrorCode.Internal, refused.Code);
        Assert.Contains("no such feature", refused.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task One_that_hangs_is_ended_with_all_it_started()
    {
        Assert.SkipWhen(RuntimeHost.Missing is not null, RuntimeHost.Missing ?? "");
        var watch = Stopwatch.StartNew();
        var refused = await RefusedAsync(host.Backend(host.Script("sleep 1000 & sleep 1000")));
        Assert.Equal(ErrorCode.Internal, refused.Code);
        Assert.InRange(watch.Elapsed.TotalSeconds, 2, 10);
    }

    [Fact]
    public async Task One_that_is_killed_at_any_moment_leaves_nothing()
    {
        Assert.SkipWhen(RuntimeHost.Missing is not null, RuntimeHost.Missing ?? "");
        var failed = 0;
        for (var milliseconds = 1; milliseconds <= 40; milliseconds += 3)
        {
            var delay = (milliseconds / 1000.0).ToString(CultureInfo.InvariantCulture);
            var backend = host.Backend(host.Script($"exec timeout -s KILL {delay} {RuntimeHost.Crun} \"$@\""));
            var id = SandboxId.New();
            try
            {
                await using var sandbox = await backend.StartAsync(host.Request(id), Token);
                await sandbox.KillAsync(Token);
            }
            catch (CaissonException e)
            {
                Assert.Equal(ErrorCode.Internal, e.Code);
                failed++;
            }

            Assert.Empty(RuntimeHost.LeftOf(id));
            Assert.False(Directory.Exists(Path.Combine(host.Folder, id.Value)));
        }

        Assert.NotEqual(0, failed);
    }

    [Fact]
    public async Task A_full_disk_is_told_and_leaves_nothing()
    {
        Assert.SkipWhen(RuntimeHost.Missing is not null, RuntimeHost.Missing ?? "");
        var state = Directory.CreateDirectory(Path.Combine(host.Folder, "full")).FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=16k", "full", state);
        try
        {
            File.WriteAllBytes(Path.Combine(state, "fill"), new byte[12 << 10]);
            Assert.Throws<IOException>(() => File.WriteAllBytes(Path.Combine(state, "more"), new byte[64 << 10]));
            var id = SandboxId.New();
            var request = host.Request(id, state) with { Root = new RootFileSystem([new LayerTree("/", ["/usr"])], Writable: true, MultiUser: true) };
            await Assert.ThrowsAnyAsync<Exception>(() => host.Backend(RuntimeHost.Crun).StartAsync(request, Token));
            Assert.Empty(RuntimeHost.LeftOf(id));
            Assert.False(Directory.Exists(Path.Combine(state, id.Value)));
        }
        finally
        {
            await RunAsync("umount", state);
        }
    }

    [Fact]
    public async Task A_good_one_runs_commands()
    {
        Assert.SkipWhen(RuntimeHost.Missing is not null, RuntimeHost.Missing ?? "");
        var id = SandboxId.New();
        await using (var sandbox = await host.Backend(host.Script($"exec {RuntimeHost.Crun} \"$@\"")).StartAsync(host.Request(id), Token))
        {
            await using var execution = await sandbox.Guest.StartAsync(new ExecRequest { Command = "/bin/echo", Arguments = ["hello"], OutputLimit = 100 }, Token);
            var text = "";
            await foreach (var item in execution.ReadAsync(Token))
                text += item is ExecOutputEvent piece ? System.Text.Encoding.UTF8.GetString(piece.Data.Span) : "";
            Assert.Equal("hello\n", text);
            await sandbox.KillAsync(Token);
        }

        Assert.Empty(RuntimeHost.LeftOf(id));
    }

    [Fact]
    public async Task Kata_is_refused_with_what_to_use_instead()
    {
        var backend = new OciBackend(KnownRuntimes.Kata, null!);
        var refused = await RefusedAsync(backend);
        Assert.Contains("version 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("microvm", refused.Remedy, StringComparison.Ordinal);
    }

    private async Task<CaissonException> RefusedAsync(OciBackend backend)
    {
        var id = SandboxId.New();
        var refused = await Assert.ThrowsAsync<CaissonException>(() => backend.StartAsync(host.Request(id), Token));
        Assert.NotNull(refused.Remedy);
        Assert.Empty(RuntimeHost.LeftOf(id));
        return refused;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
    }
}
