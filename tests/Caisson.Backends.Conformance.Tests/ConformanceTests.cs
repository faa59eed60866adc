using Caisson.Verify;
using Caisson.Verify.Cases;

namespace Caisson.Backends.Conformance.Tests;

/// <summary>Every case on every wall that this repository has; a wall that this host lacks is skipped by name.</summary>
public sealed class ConformanceTests(Walls walls)
{
    private static readonly string[] _known = ["bubblewrap"];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var wall in _known)
            {
                foreach (var verified in CaseCatalog.All)
                    data.Add(wall, verified.ToString());
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Holds(string wall, string name)
    {
        Assert.SkipUnless((await walls.UsableAsync()).Contains(wall, StringComparer.Ordinal), $"the wall '{wall}' cannot be used on this host; see caisson doctor");
        var result = await walls.RunAsync(wall, CaseCatalog.All.Single(verified => verified.ToString() == name));
        Assert.SkipWhen(result.Outcome == CaseOutcome.NotAvailable, result.Detail ?? "");
        Assert.True(result.Outcome == CaseOutcome.Holds, result.Detail);
    }

    [Fact]
    public void Every_control_has_cases_and_every_case_a_name_of_its_own()
    {
        Assert.True(CaseCatalog.All.Count >= 150, $"{CaseCatalog.All.Count} cases");
        Assert.Equal(CaseCatalog.All.Count, CaseCatalog.All.Select(verified => verified.ToString()).Distinct(StringComparer.Ordinal).Count());
        Assert.All(Controls.All, control => Assert.Contains(CaseCatalog.All, verified => verified.Control == control));
    }

    [Fact]
    public async Task Every_wall_of_the_server_is_known_here()
    {
        Assert.NotEmpty(await walls.UsableAsync());
        Assert.All(await walls.UsableAsync(), wall => Assert.Contains(wall, _known));
    }
}
