using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class OptionTests(Site site)
{
    [Theory, ClassData(typeof(Callers))]
    public async Task Env_sets_and_passes_on_and_nothing_else_comes_in(Caller caller)
    {
        using var place = site.For(caller);
        place.Environment["PASSED"] = "on";
        place.Environment["AWS_SECRET_ACCESS_KEY"] = "hush";
        place.Environment["LD_PRELOAD_TEST"] = "x";
        var text = (await place.RunAsync("--env", "A=1 2=3", "--env", "EMPTY=", "--env", "PASSED", "--env", "ABSENT", "--", "env")).Succeeded();
        var lines = text.Split('\n');
        Assert.Contains("A=1 2=3", lines);
        Assert.Contains("EMPTY=", lines);
        Assert.Contains("PASSED=on", lines);
        Assert.Contains("HOME=/home/user", lines);
        Assert.DoesNotContain("ABSENT", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
        Assert.DoesNotContain("LD_PRELOAD_TEST", text, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task The_current_directory_is_the_workspace_and_kept(Caller caller)
    {
        using var place = site.For(caller);
        Directory.CreateDirectory(place.InWorkspace("sub/deep"));
        place.Give(place.Workspace);
        Assert.Equal(place.Workspace, (await place.ShellAsync("pwd; echo new >made")).Succeeded());
        Assert.Equal("new\n", await File.ReadAllTextAsync(place.InWorkspace("made")));
        await using var running = place.Start(["run", "--workspace", place.Workspace, "--", "pwd"], directory: place.InWorkspace("sub/deep"));
        Assert.Equal(place.InWorkspace("sub/deep"), (await running.EndAsync()).Text);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Files_made_inside_belong_to_the_owner_of_the_workspace(Caller caller)
    {
        using var place = site.For(caller);
        (await place.ShellAsync("touch made; mkdir d; chmod 600 made")).Succeeded();
        var expected = Tool.Run("stat", "-c", "%u:%g", place.Workspace);
        Assert.Equal(expected, Tool.Run("stat", "-c", "%u:%g", place.InWorkspace("made")));
        Assert.Equal("600", Tool.Run("stat", "-c", "%a", place.InWorkspace("made")).Trim());
    }

    [Fact]
    public async Task Root_in_a_users_workspace_makes_the_users_files()
    {
        using var place = site.For(Caller.Root);
        Tool.Run("chown", "-R", Site.UserName, place.Workspace);
        (await place.ShellAsync("touch made; cat /etc/passwd >/dev/null; id -u")).Succeeded();
        Assert.Equal(site.UserId, Tool.Run("stat", "-c", "%u", place.InWorkspace("made")).Trim());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Workspaces_lie_where_they_are_asked_for(Caller caller)
    {
        using var place = site.For(caller);
        place.Write("one/a", "1");
        place.Write("two/b", "2");
        place.Write("three/c", "3");
        var outcome = await place.ShellAsync(
            "pwd; cat /data/one/a /srv/two/b /ro/c; echo x >/data/one/new; echo y >/srv/two/new; echo z >/ro/new; ls -A /tmp /home/user",
            "--workspace", "../one:/data/one", "--workspace", Path.Combine(place.Root, "two") + ":/srv/two", "--read-only", Path.Combine(place.Root, "three") + ":/ro");
        Assert.StartsWith("/srv/two\n123", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("x\n", await File.ReadAllTextAsync(Path.Combine(place.Root, "one/new")));
        Assert.Equal("y\n", await File.ReadAllTextAsync(Path.Combine(place.Root, "two/new")));
        Assert.False(File.Exists(Path.Combine(place.Root, "three/new")));
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_read_only_directory_inside_the_workspace_stays_so(Caller caller)
    {
        using var place = site.For(caller);
        place.Write("work/vendor/lib", "v");
        var outcome = await place.ShellAsync("echo no >vendor/lib; rm -rf vendor; mv vendor v2; echo yes >own; cat vendor/lib", "--workspace", ".", "--read-only", "vendor");
        Assert.Equal("v", outcome.Text);
        Assert.Equal("v", await File.ReadAllTextAsync(place.InWorkspace("vendor/lib")));
        Assert.True(File.Exists(place.InWorkspace("own")));
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Nothing_but_the_workspace_outlives_the_run(Caller caller)
    {
        using var place = site.For(caller);
        (await place.ShellAsync("echo x >/tmp/kept; echo x >/home/user/kept; echo x >/var/tmp/kept")).Succeeded();
        Assert.Equal("", (await place.ShellAsync("ls -A /home/user /var/tmp | grep kept; test -e /tmp/kept && echo kept")).Text);
    }
}
