using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class BadInputTests(Site site)
{
    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("--memory", "lots")]
    [InlineData("--memory", "0")]
    [InlineData("--memory", "-5M")]
    [InlineData("--disk", "many")]
    [InlineData("--output", "1.5G")]
    [InlineData("--pids", "few")]
    [InlineData("--pids", "0")]
    [InlineData("--pids", "-1")]
    [InlineData("--cpus", "fast")]
    [InlineData("--cpus", "0")]
    [InlineData("--cpus", "-1")]
    [InlineData("--cpus", "NaN")]
    [InlineData("--timeout", "soon")]
    [InlineData("--timeout", "0")]
    [InlineData("--env", "=value")]
    [InlineData("--allow", "https://example.com/")]
    [InlineData("--deny", "exa mple.com")]
    [InlineData("--wall", "paper")]
    [InlineData("--dns", "resolver.example")]
    [InlineData("--settings", "/no/such/file")]
    [InlineData("--workspace", "/no/such/directory")]
    [InlineData("--workspace", ".:relative")]
    [InlineData("--workspace", ".:/")]
    [InlineData("--workspace", ".:/a/../b")]
    [InlineData("--read-only", "/no/such/directory")]
    [InlineData("--workspace", "/")]
    [InlineData("--workspace", "/etc")]
    [InlineData("--workspace", "/etc/")]
    [InlineData("--workspace", "/usr")]
    [InlineData("--workspace", "/proc")]
    [InlineData("--workspace", "/etc/../etc/.")]
    public async Task A_bad_value_is_125_with_a_reason(params string[] options)
    {
        using var place = site.For(Caller.User);
        var outcome = await place.RunAsync([.. options, "--", "echo", "ran"]);
        Assert.True(outcome.Code == 125, outcome.ToString());
        Assert.Empty(outcome.Output);
        Assert.NotEmpty(outcome.Error);
    }

    [Fact]
    public async Task A_missing_command_is_125()
    {
        using var place = site.For(Caller.User);
        Assert.Equal(125, (await place.RunAsync()).Code);
        Assert.Equal(125, (await place.RunAsync("--")).Code);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_link_to_the_system_is_not_a_workspace_either(Caller caller)
    {
        using var place = site.For(caller);
        Directory.CreateSymbolicLink(place.InWorkspace("system"), "/etc");
        Assert.Equal(125, (await place.RunAsync("--workspace", place.InWorkspace("system"), "--", "true")).Code);
    }

    [Fact]
    public async Task Settings_that_are_no_json_are_125()
    {
        using var place = site.For(Caller.User);
        var file = place.Write("settings.json", "{ not json");
        Assert.Equal(125, (await place.RunAsync("--settings", file, "--", "true")).Code);
        Assert.Equal(125, (await place.RunAsync("--settings", place.Write("empty.json", ""), "--", "true")).Code);
    }
}
