using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

/// <summary><c>caisson run --wall</c> with the OCI runtimes: the same command line behind another wall.</summary>
public sealed class RuntimeWallTests(Site site)
{
    private static readonly Dictionary<string, string[]> _programs = new(StringComparer.Ordinal)
    {
        ["crun"] = ["/usr/bin/crun"],
        ["runc"] = ["/usr/sbin/runc", "/usr/bin/runc"],
        ["gvisor"] = ["/usr/local/bin/runsc", "/usr/bin/runsc"],
    };

    [Theory, InlineData("crun"), InlineData("runc"), InlineData("gvisor")]
    public async Task A_program_runs_with_its_input_the_workspace_and_its_code_and_nothing_is_left(string wall)
    {
        using var place = For(wall);
        var outcome = await place.RunAsync(["--wall", wall, "--", "/usr/bin/python3", "-c", "import sys; print(6 * int(input())); open('made', 'w').write('here'); sys.exit(5)"], "7\n"u8.ToArray());
        Assert.True((outcome.Code, outcome.Text) == (5, "42"), outcome.ToString());
        Assert.Equal("here", await File.ReadAllTextAsync(place.InWorkspace("made")));
        Assert.Equal(["made"], Directory.EnumerateFileSystemEntries(place.Workspace).Select(Path.GetFileName));
    }

    [Theory, InlineData("crun"), InlineData("runc"), InlineData("gvisor")]
    public async Task Protected_paths_and_the_network_are_closed_and_a_deadline_ends_it(string wall)
    {
        using var place = For(wall);
        var outcome = await place.ShellAsync("(echo x >.git/hooks/pre-commit) 2>/dev/null; (echo x >.bashrc) 2>/dev/null; curl -sS -m 8 https://refused.example/ 2>/dev/null; echo tried", "--wall", wall);
        Assert.Equal("tried", outcome.Succeeded());
        Assert.Contains("refused refused.example:443", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(124, (await place.RunAsync("--wall", wall, "--timeout", "1s", "--", "sleep", "60")).Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(place.Workspace));
    }

    private Place For(string wall)
    {
        Assert.SkipUnless(site.IsRoot, $"the {wall} wall needs root");
        Assert.SkipUnless(_programs[wall].Any(File.Exists), $"{wall} is not on this host: ./caisson wall {wall}");
        return site.For(Caller.Root);
    }
}
