using System.Diagnostics;
using Caisson.Core.Sandboxes;
using Caisson.Settings.Protection;
using Xunit;

namespace Caisson.Settings.Tests;

public sealed class ProtectedPathsTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void An_empty_workspace_has_its_places_reserved()
    {
        var paths = Find().Paths;
        foreach (var file in ".gitconfig .gitmodules .bashrc .bash_profile .zshrc .zprofile .profile .ripgreprc .mcp.json .envrc .npmrc .git/config .git/commondir .claude/settings.json .claude/settings.local.json".Split(' '))
            Assert.Contains(new ProtectedPath(file, false, false), paths);
        foreach (var directory in ".vscode .idea .cursor .claude/commands .claude/agents .git/hooks .git/info".Split(' '))
            Assert.Contains(new ProtectedPath(directory, true, false), paths);
        Assert.Equal(22, paths.Count);
    }

    [Fact]
    public void A_real_repository_with_submodule_and_worktree_is_covered()
    {
        Git("init -q sub && cd sub && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m m && cd ..");
        Git("init -q main && cd main && git -c protocol.file.allow=always submodule --quiet add ../sub lib && git -c user.name=a -c user.email=a@b commit -qm m && git worktree add -q ../tree");
        var paths = Find().Paths.ToDictionary(path => path.RelativePath);
        foreach (var there in "main/.git/config main/.git/hooks main/.gitmodules main/lib/.git main/.git/modules/lib/config main/.git/modules/lib/hooks tree/.git main/.git/worktrees/tree/commondir".Split(' '))
            Assert.True(paths[there].Exists, there);
        Assert.False(paths["tree/.git"].IsDirectory);

        var inside = ProtectedPaths.Find(Path.Join(_root.Path, "main/.git"), new ProtectionOptions(), TimeProvider.System, TestContext.Current.CancellationToken).Paths;
        Assert.Contains(inside, path => path.RelativePath == "hooks");
        Assert.Contains(inside, path => path.RelativePath == "config");
    }

    [Fact]
    public void Git_configuration_is_opened_on_request()
    {
        _root.Write(".git/config");
        Assert.DoesNotContain(Find(new ProtectionOptions { AllowGitConfig = true }).Paths, path => path.RelativePath == ".git/config");
    }

    [Theory]
    [InlineData("[core]\n\thooksPath = .husky", ".husky")]
    [InlineData("[core]\n\thookspath = \"my hooks\" # x", "my hooks")]
    [InlineData("[Core] hooksPath=a/b ; c", "a/b")]
    [InlineData("[include]\n path = ../shared.cfg", "shared.cfg")]
    [InlineData("[includeIf \"gitdir:~/x/\"]\n path = ../y.cfg", "y.cfg")]
    public void What_the_configuration_points_to_is_protected(string config, string expected)
    {
        _root.Write(".git/config", config);
        Assert.Contains(Find().Paths, path => path.RelativePath == expected);
    }

    [Theory]
    [InlineData("[core]\n hooksPath = /elsewhere/hooks")]
    [InlineData("[core]\n hooksPath = ../../..")]
    [InlineData("[core]\n hooksPath = ~/hooks")]
    [InlineData("[other]\n hooksPath = x")]
    [InlineData("[[[\n====")]
    public void What_lies_outside_or_is_nonsense_adds_nothing(string config)
    {
        var before = Find().Paths.Count;
        _root.Write(".git/config", config);
        Assert.Equal(before, Find().Paths.Count);
    }

    [Fact]
    public void Links_are_protected_themselves_and_so_is_their_target_inside()
    {
        _root.Directories("evil/hooks");
        _root.Write(".git/config", "[core]\n hooksPath = linked");
        _root.Link(".git/hooks", "../evil/hooks");
        _root.Link(".vscode", "/etc");
        _root.Link(".claude", "/etc");
        _root.Link("linked", "loop");
        _root.Link("loop", "linked");
        var paths = Find().Paths.ToDictionary(path => path.RelativePath);
        Assert.True(paths[".git/hooks"].IsLink);
        Assert.True(paths[".vscode"].IsLink);
        Assert.True(paths[".claude"].IsLink);
        Assert.True(paths["linked"].IsLink);
        Assert.True(paths["evil/hooks"] is { IsLink: false, Exists: true, IsDirectory: true });
        Assert.DoesNotContain(paths.Keys, path => path.StartsWith(".claude/", StringComparison.Ordinal) || path.StartsWith(".vscode/", StringComparison.Ordinal));
    }

    [Fact]
    public void A_linked_git_directory_inside_is_followed_once()
    {
        _root.Write("real/HEAD", "ref: refs/heads/main");
        _root.Write("real/config");
        _root.Link(".git", "real");
        var paths = Find().Paths.ToDictionary(path => path.RelativePath);
        Assert.True(paths[".git"].IsLink);
        Assert.True(paths["real/config"].Exists);
        Assert.False(paths["real/hooks"].Exists);
    }

    [Fact]
    public void Nested_files_are_found_to_the_depth_and_not_in_modules()
    {
        _root.Write("a/b/c/.envrc");
        _root.Write("a/b/c/d/.envrc");
        _root.Write("node_modules/x/.npmrc");
        _root.Write("a/.claude/settings.test.json");
        _root.Directories("p/.git");
        _root.Directories("p/.idea");
        _root.Link("out", "/etc");
        var set = Find();
        var found = set.Paths.Select(path => path.RelativePath).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(new HashSet<string>("a/b/c/.envrc a/.claude/settings.test.json p/.git/hooks p/.git/config p/.idea".Split(' ')), found);
        Assert.DoesNotContain("a/b/c/d/.envrc", found);
        Assert.DoesNotContain("node_modules/x/.npmrc", found);
        Assert.DoesNotContain("a/.claude/agents", found);
        Assert.True(set.Complete);
        Assert.Contains(Find(new ProtectionOptions { Depth = 4 }).Paths, path => path.RelativePath == "a/b/c/d/.envrc");
    }

    [Fact]
    public void A_bare_repository_is_covered()
    {
        Git("init -q --bare x/store.git");
        Assert.Contains(Find().Paths, path => path is { RelativePath: "x/store.git/config", Exists: true });
    }

    [Fact]
    public void The_search_is_bounded_and_says_so()
    {
        for (var i = 0; i < 20; i++)
            _root.Directories($"d{i}");
        Assert.False(Find(new ProtectionOptions { Directories = 5 }).Complete);
        var late = Find(new ProtectionOptions { Time = TimeSpan.Zero });
        Assert.False(late.Complete);
        Assert.Contains(late.Paths, path => path.RelativePath == ".git/hooks");
    }

    [Fact]
    public void Parents_are_identified()
    {
        _root.Directories("p/.git");
        var parents = Find().Parents.ToDictionary(parent => parent.RelativePath);
        Assert.Equal(["", "p", "p/.git"], parents.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(3, parents.Values.Select(parent => parent.Inode).Distinct().Count());
        Assert.Equal(Run($"stat -c %i '{_root.Path}/p'").Trim(), parents["p"].Inode.ToString());
    }

    [Fact]
    public void A_root_that_is_a_link_or_a_file_is_no_trap()
    {
        _root.Directories("real/.git");
        _root.Link("alias", "real");
        _root.Write("file");
        Assert.Contains(ProtectedPaths.Find(Path.Join(_root.Path, "alias"), new ProtectionOptions(), TimeProvider.System, TestContext.Current.CancellationToken).Paths, path => path.RelativePath == ".git/hooks");
        Assert.Empty(ProtectedPaths.Find(Path.Join(_root.Path, "file"), new ProtectionOptions(), TimeProvider.System, TestContext.Current.CancellationToken).Paths);
    }

    private ProtectedSet Find(ProtectionOptions? options = null) =>
        ProtectedPaths.Find(_root.Path, options ?? new ProtectionOptions { Time = TimeSpan.FromSeconds(20) }, TimeProvider.System, TestContext.Current.CancellationToken);

    private void Git(string arguments) => Run($"cd '{_root.Path}' && git {arguments}");

    private static string Run(string line)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardOutput = true, ArgumentList = { "-ec", line } })!;
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
