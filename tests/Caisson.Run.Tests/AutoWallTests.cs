using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class AutoWallTests(Site site)
{
    [Theory, ClassData(typeof(Callers))]
    public async Task Auto_finds_a_wall_that_runs_the_command(Caller caller)
    {
        using var place = site.For(caller);
        Assert.Equal("inside", (await place.RunAsync("--wall", "auto", "--", "echo", "inside")).Succeeded());
    }
}
