using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class ProtectedPathTests(Site site)
{
    private static readonly string[] _paths =
        [".git/hooks/pre-commit", ".git/config", ".bashrc", ".zshrc", ".profile", ".mcp.json", ".vscode/tasks.json", ".idea/workspace.xml", ".claude/settings.json", ".claude/commands/x.md", ".claude/settings.local.json", ".gitmodules", ".envrc"];

    private const string Attack = """
        import os, shutil, sys
        def attempt(f, *a):
            try: f(*a); return True
            except OSError: return False
        def write(p):
            os.makedirs(os.path.dirname(p) or ".", exist_ok=True)
            open(p, "w").write("PWNED")
        open("evil", "w").write("PWNED")
        os.makedirs("evild/hooks", exist_ok=True)
        for n in ["pre-commit", "config", "tasks.json", "settings.json", "hooks/pre-commit"]: open("evild/" + n, "w").write("PWNED")
        for p in sys.argv[1:]:
            top = p.split("/")[0]
            attempt(write, p)
            attempt(os.chmod, p, 0o777); attempt(os.chmod, os.path.dirname(p) or top, 0o777); attempt(write, p)
            attempt(lambda: open(p, "a").write("PWNED"))
            attempt(lambda: os.truncate(p, 0))
            attempt(os.link, p, "linked"); attempt(lambda: open("linked", "w").write("PWNED"))
            attempt(os.rename, "evil", p); attempt(os.link, "evil", p); attempt(os.symlink, "evil", p)
            attempt(os.unlink, p); attempt(os.symlink, os.path.abspath("evil"), p)
            d = os.path.dirname(p)
            while d:
                attempt(os.rename, d, d + "-away"); attempt(os.rename, "evild", d); attempt(os.symlink, os.path.abspath("evild"), d)
                attempt(shutil.rmtree, d); attempt(os.mkdir, d); attempt(write, p)
                d = os.path.dirname(d)
            attempt(os.rename, top, top + "-away"); attempt(write, p)
            attempt(os.utime, p, (1, 1))
            try: os.setxattr(p, "user.x", b"PWNED")
            except OSError: pass
        """;

    private static async Task AssertSafeAsync(Place place, bool present)
    {
        var outcome = await place.RunAsync(["--", "/usr/bin/python3", "-c", Attack, .. _paths]);
        Assert.True(outcome.Code == 0, outcome.ToString());
        foreach (var path in _paths)
        {
            var file = new FileInfo(place.InWorkspace(path));
            if (present)
                Assert.Equal("mine", File.ReadAllText(file.FullName));
            else
                Assert.False(file.Exists || file.LinkTarget is not null, $"{path} was made");
            Assert.Null(new DirectoryInfo(place.InWorkspace(path.Split('/')[0])).LinkTarget);
        }
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Present_ones_are_as_they_were_whatever_is_tried(Caller caller)
    {
        using var place = site.For(caller);
        foreach (var path in _paths)
            place.Write("work/" + path, "mine");
        place.Write("work/.git/HEAD", "ref: refs/heads/main");
        await AssertSafeAsync(place, present: true);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Absent_ones_stay_absent_whatever_is_tried(Caller caller)
    {
        using var place = site.For(caller);
        await AssertSafeAsync(place, present: false);
        // What it made itself beside them may stay.
        Assert.DoesNotContain(Directory.EnumerateFiles(place.Workspace), e => Path.GetFileName(e) is ['.', ..]);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Below_an_absent_directory_nothing_can_be_made_and_beside_others_it_can(Caller caller)
    {
        using var place = site.For(caller);
        Directory.CreateDirectory(place.InWorkspace(".claude"));
        place.Give(place.Workspace);
        var outcome = await place.ShellAsync("ls -A .git; for p in .git/HEAD .git/objects/x .claude/notes .claude/agents/x .claude/settings.json; do mkdir -p $(dirname $p) 2>/dev/null; (echo x >$p) 2>/dev/null && echo made $p; done; true");
        Assert.Equal("made .claude/notes", outcome.Succeeded());
        Assert.Equal(["notes"], Directory.EnumerateFileSystemEntries(place.InWorkspace(".claude")).Select(Path.GetFileName));
        Assert.False(Directory.Exists(place.InWorkspace(".git")));
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_repository_within_is_protected_too(Caller caller)
    {
        using var place = site.For(caller);
        foreach (var path in (string[])["a/.git/config", "a/.git/HEAD", "a/.git/hooks/x", "a/b/.vscode/tasks.json", "a/.bashrc"])
            place.Write("work/" + path, "mine");
        var outcome = await place.RunAsync(["--", "/usr/bin/python3", "-c", Attack, "a/.git/config", "a/.git/hooks/x", "a/.git/hooks/new", "a/b/.vscode/tasks.json", "a/.bashrc"]);
        Assert.Equal(0, outcome.Code);
        foreach (var path in (string[])["a/.git/config", "a/.git/hooks/x", "a/b/.vscode/tasks.json", "a/.bashrc"])
            Assert.Equal("mine", await File.ReadAllTextAsync(place.InWorkspace(path)));
        Assert.False(File.Exists(place.InWorkspace("a/.git/hooks/new")));
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Git_itself_works_in_the_workspace(Caller caller)
    {
        using var place = site.For(caller);
        await place.HostShellAsync("git init -q . && git config user.email a@b.c && git config user.name n && echo 1 >f && git add f && git commit -qm one");
        var outcome = await place.ShellAsync("echo 2 >f && git add f && git commit -qm two && git checkout -qb other && git log --oneline | wc -l && git add -A && git status --short");
        Assert.Equal("2", outcome.Succeeded());
        var after = await place.HostShellAsync("git log --oneline | wc -l; git status --short");
        Assert.Equal("2", after.Text);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Git_is_not_led_to_another_configuration(Caller caller)
    {
        using var place = site.For(caller);
        var mark = Path.Combine(place.Root, "PWNED");
        const string Evil = "mkdir -p evil && cp -r .git/objects .git/refs evil/; mkdir -p evil/objects evil/refs; printf '[core]\\n\\trepositoryformatversion = 0\\n\\tfsmonitor = \"touch %s; true\"\\n' {0} >evil/config; for f in commondir config.worktree; do cp evil/config .git/$f; rm -f .git/$f; echo ../evil >.git/$f; ln -sf ../evil .git/$f; done; echo 'ref: refs/heads/x' >.git/HEAD; mkdir -p .git/objects .git/refs; true";
        (await place.ShellAsync(Evil.Replace("{0}", mark, StringComparison.Ordinal))).Succeeded();
        await place.HostShellAsync("git status");
        Assert.False(File.Exists(mark), "an absent repository was made to run code");
        Tool.Run("rm", "-rf", place.InWorkspace(".git"), place.InWorkspace("evil"));
        await place.HostShellAsync("git init -q . && git config user.email a@b.c && git config user.name n && echo 1 >f && git add f && git commit -qm one");
        (await place.ShellAsync(Evil.Replace("{0}", mark, StringComparison.Ordinal))).Succeeded();
        await place.HostShellAsync("git status");
        Assert.False(File.Exists(mark), "a repository was made to run code");
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task An_empty_workspace_is_empty_afterwards(Caller caller)
    {
        using var place = site.For(caller);
        (await place.RunAsync("--", "true")).Succeeded();
        await place.RunAsync("--", "false");
        await place.RunAsync("--timeout", "300ms", "--", "sleep", "9");
        Assert.Empty(Directory.EnumerateFileSystemEntries(place.Workspace));
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Two_runs_at_once_keep_their_protection_when_one_ends(Caller caller)
    {
        using var place = site.For(caller);
        await using var first = place.Start(["run", "--", "/bin/sh", "-c", "echo ready; read go; mkdir -p .vscode .claude; echo PWNED >.vscode/tasks.json; echo PWNED >.bashrc; rm -f .bashrc; mv .vscode v; echo PWNED >.git/hooks/pre-commit; echo tried"]);
        await first.UntilAsync("ready");
        (await place.RunAsync("--", "true")).Succeeded();
        (await place.RunAsync("--", "true")).Succeeded();
        Assert.Equal("ready\ntried", (await first.EndAsync("go\n"u8.ToArray())).Text);
        Assert.Empty(Directory.EnumerateFileSystemEntries(place.Workspace));
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Many_runs_at_once_in_one_workspace_all_work(Caller caller)
    {
        using var place = site.For(caller);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => place.ShellAsync($"echo {i}; (echo PWNED >.bashrc; echo PWNED >.git/hooks/x) 2>/dev/null; true")));
        Assert.All(outcomes, o => Assert.True(o.Code == 0, o.ToString()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(place.Workspace));
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_link_in_the_place_of_a_protected_path_is_refused(Caller caller)
    {
        using var place = site.For(caller);
        Directory.CreateDirectory(place.InWorkspace("elsewhere"));
        foreach (var name in (string[])[".vscode", ".claude", ".bashrc"])
        {
            var link = place.InWorkspace(name);
            File.CreateSymbolicLink(link, "elsewhere");
            place.Give(place.Workspace);
            var outcome = await place.RunAsync("--", "true");
            Assert.True(outcome.Code == 125, $"{name}: {outcome}");
            Assert.Contains(name, outcome.Error, StringComparison.Ordinal);
            File.Delete(link);
        }

        (await place.RunAsync("--", "true")).Succeeded();
        Assert.Equal(["elsewhere"], Directory.EnumerateFileSystemEntries(place.Workspace).Select(e => Path.GetFileName(e)));
    }
}
