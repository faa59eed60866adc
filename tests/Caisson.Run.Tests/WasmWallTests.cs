using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

/// <summary><c>caisson run --wall wasm</c>: the same command line, with modules for programs.</summary>
public sealed class WasmWallTests(Site site)
{
    [Theory, ClassData(typeof(Callers))]
    public async Task Javascript_runs_with_its_code_its_input_and_the_workspace(Caller caller)
    {
        using var place = For(caller);
        Assert.Equal("42", (await RunAsync(place, "js", "-e", "print(6*7)")).Succeeded());
        place.Write("work/a.js", "import * as std from 'std'; const f = std.open('out.txt', 'w'); f.puts('written'); f.close(); print('file')");
        Assert.Equal("file", (await RunAsync(place, "js", "a.js")).Succeeded());
        Assert.Equal("written", await File.ReadAllTextAsync(place.InWorkspace("out.txt")));
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Python_runs_and_its_code_is_passed_on(Caller caller)
    {
        using var place = For(caller);
        var outcome = await RunAsync(place, "python", "-c", "import sys; print(6*7); sys.exit(5)");
        Assert.Equal((5, "42"), (outcome.Code, outcome.Text));
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_deadline_ends_code_that_spins(Caller caller)
    {
        using var place = For(caller);
        var outcome = await place.RunAsync("--wall", "wasm", "--timeout", "1s", "--", "js", "-e", "while (true) {}");
        Assert.Equal(124, outcome.Code);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Other_programs_are_refused_with_a_wall_that_has_them(Caller caller)
    {
        using var place = For(caller);
        var outcome = await RunAsync(place, "/bin/sh", "-c", "echo shell");
        Assert.True(outcome.Code is 125 or 126 or 127, outcome.ToString());
        Assert.DoesNotContain("shell\n", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("bubblewrap", outcome.Error, StringComparison.Ordinal);
    }

    private static Task<Outcome> RunAsync(Place place, params string[] command) => place.RunAsync(["--wall", "wasm", "--", .. command]);

    private Place For(Caller caller)
    {
        Assert.SkipUnless(site.HasModules, "the worker of the wasm wall is not built");
        return site.For(caller);
    }
}
