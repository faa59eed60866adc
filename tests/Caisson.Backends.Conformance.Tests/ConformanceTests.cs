using Caisson.Verify;
using Caisson.Verify.Cases;

namespace Caisson.Backends.Conformance.Tests;

/// <summary>Every case on every wall that this repository has; a wall that this host lacks is skipped by name.</summary>
public sealed class ConformanceTests(Walls walls)
{
    private static readonly string[] _known = ["bubblewrap", "crun", "runc", "gvisor", "docker", "microvm", "firecracker", "cloud-hypervisor", "wasm"];

    // All cases on all walls take half an hour: these have all of them, some others a part; whichever are asked for by name, separated by commas, have all.
    private static readonly string[]? _asked = Environment.GetEnvironmentVariable("CAISSON_TEST_WALLS")?.Split(',');
    private static readonly string[] _whole = _asked ?? ["bubblewrap", "crun"];
    private static readonly string[] _inPart = _asked is null ? ["runc", "gvisor", "docker"] : [];
    private static readonly Control[] _essential = [Controls.Exec, Controls.Stdio, Controls.Memory, Controls.Pids, Controls.Egress, Controls.Host, Controls.Cleanup];

    // A part of the names of cases, to run those alone.
    private static readonly string _part = Environment.GetEnvironmentVariable("CAISSON_TEST_CASES") ?? "";

    public static TheoryData<string, string> Cases
    {
        get
        {
            const int OfEach = 5;
            var part = _essential.SelectMany(control => CaseCatalog.All.Where(verified => verified.Control == control).Take(OfEach)).ToList();
            return [.. All(_whole, CaseCatalog.All), .. All(_inPart, part)];

            static IEnumerable<TheoryDataRow<string, string>> All(string[] walls, IReadOnlyList<VerifyCase> cases) =>
                walls.SelectMany(wall => cases.Select(verified => verified.ToString())
                    .Where(name => name.Contains(_part, StringComparison.Ordinal))
                    .Select(name => new TheoryDataRow<string, string>(wall, name)));
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Holds(string wall, string name)
    {
        var missing = await walls.MissingAsync(wall);
        Assert.SkipWhen(missing is not null, missing ?? "");
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
