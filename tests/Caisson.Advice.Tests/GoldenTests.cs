using Caisson.Core.Advice;
using Caisson.Core.Backends;
using Xunit;

namespace Caisson.Advice.Tests;

public sealed class GoldenTests
{
    public static TheoryData<string> Names => [.. GoldenCase.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_workload_gets_the_wall_that_is_right_for_it(string name)
    {
        var one = GoldenCase.All.Single(found => found.Name == name);
        var advice = Advisor.Advise(one.Workload, Hosts.Full(one.System, one.Kvm));
        Assert.Equal(one.Expect, advice.Chosen());
        Assert.Equal(one.Expect is null, advice.Spec is null);
    }

    [Fact]
    public void A_machine_that_would_be_emulated_is_the_last_choice_and_no_exclusion()
    {
        var docker = Advisor.Advise(new Workload { Needs = [Need.Docker] }, Hosts.Full(kvm: false));
        Assert.Equal(WallStrength.Machine, docker.Chosen());
        Assert.Contains(docker.Ranked[0].Reasons, reason => reason.Rule == "emulated");
        var hostile = Advisor.Advise(new Workload { Trust = Trust.Hostile }, Hosts.Full(kvm: false));
        Assert.Equal([WallStrength.UserKernel, WallStrength.Machine], hostile.Ranked.Select(wall => wall.Strength));
    }
}
