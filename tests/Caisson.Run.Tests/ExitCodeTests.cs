using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class ExitCodeTests(Site site)
{
    [Theory, ClassData(typeof(Callers))]
    public async Task The_commands_own_code_is_passed_on(Caller caller)
    {
        using var place = site.For(caller);
        Assert.Equal(0, (await place.RunAsync("--", "true")).Code);
        Assert.Equal(1, (await place.RunAsync("--", "false")).Code);
        Assert.Equal(42, (await place.ShellAsync("exit 42")).Code);
        Assert.Equal(255, (await place.ShellAsync("exit 255")).Code);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_signal_is_128_and_its_number(Caller caller)
    {
        using var place = site.For(caller);
        Assert.Equal(137, (await place.ShellAsync("kill -9 $$")).Code);
        Assert.Equal(143, (await place.ShellAsync("kill -TERM $$")).Code);
        Assert.Equal(139, (await place.PythonAsync("import ctypes; ctypes.string_at(0)")).Code);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_timeout_is_124(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.RunAsync("--timeout", "500ms", "--", "sleep", "30");
        Assert.Equal(124, outcome.Code);
        Assert.True(outcome.Time < TimeSpan.FromSeconds(8), outcome.ToString());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_command_that_is_not_there_is_127(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.RunAsync("--", "no-such-program");
        Assert.Equal(127, outcome.Code);
        Assert.Contains("no-such-program", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(127, (await place.RunAsync("--", "/no/such/program")).Code);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_command_that_cannot_be_executed_is_126(Caller caller)
    {
        using var place = site.For(caller);
        place.Write("work/data", "not a program");
        var outcome = await place.RunAsync("--", "./data");
        Assert.Equal(126, outcome.Code);
        Assert.NotEmpty(outcome.Error);
        Assert.Equal(126, (await place.RunAsync("--", "/usr")).Code);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Our_own_failure_is_125_with_a_reason(Caller caller)
    {
        using var place = site.For(caller);
        place.Environment["CAISSON_GUEST"] = "/no/guest";
        var outcome = await place.RunAsync("--", "true");
        Assert.Equal(125, outcome.Code);
        Assert.StartsWith("caisson: ", outcome.Error, StringComparison.Ordinal);
    }
}
