using Caisson.Core.Advice;
using Caisson.Core.Backends;
using CsCheck;
using Xunit;

namespace Caisson.Advice.Tests;

public sealed class PropertyTests
{
    private static readonly Gen<(Workload Workload, HostFacts Host)> _any = Gen.Select(Workloads.Any, Workloads.AnyHost);

    // No wall at all is the strongest answer there is.
    private static int Strength(Recommendation advice) => (int?)advice.Chosen() ?? int.MaxValue;

    [Fact]
    public void Less_trust_never_gets_a_weaker_wall() => _any.Sample(
        one => Enum.GetValues<Trust>().Select(trust => Strength(Advisor.Advise(one.Workload with { Trust = trust }, one.Host))).ToList() is var strengths
            && strengths.SequenceEqual(strengths.Order()),
        iter: 5_000);

    [Fact]
    public void More_tenants_never_get_a_weaker_wall() => _any.Sample(
        one => Enum.GetValues<Tenancy>().Select(tenancy => Strength(Advisor.Advise(one.Workload with { Tenancy = tenancy }, one.Host))).ToList() is var strengths
            && strengths.SequenceEqual(strengths.Order()),
        iter: 5_000);

    [Fact]
    public void Security_as_the_goal_never_gets_a_weaker_wall_than_latency() => _any.Sample(
        one => Strength(Advisor.Advise(one.Workload with { Goal = Goal.Security }, one.Host)) >= Strength(Advisor.Advise(one.Workload with { Goal = Goal.Latency }, one.Host)),
        iter: 5_000);

    [Fact]
    public void A_wall_that_is_missing_or_cannot_start_is_never_chosen() => _any.Sample(
        one => Advisor.Advise(one.Workload, one.Host).Ranked.All(ranked => one.Host.Walls.Any(wall => wall.Name == ranked.Name && wall.Report.Usable)),
        iter: 5_000);

    [Fact]
    public void Every_wall_is_ranked_or_ruled_out_by_rules_that_exist() => _any.Sample(
        one =>
        {
            var advice = Advisor.Advise(one.Workload, one.Host);
            var judged = advice.Ranked.Select(wall => wall.Strength).Concat(advice.RuledOut.Select(wall => wall.Strength)).Order();
            return judged.SequenceEqual(Enum.GetValues<WallStrength>())
                && advice.RuledOut.All(wall => wall.Because.Count > 0 && wall.Because.All(hit => RuleBook.BuiltIn.Exclude.Exists(rule => rule.Id == hit.Rule) && hit is { Why.Length: > 0, Change.Length: > 0 }))
                && advice.Ranked.All(wall => wall.Points == wall.Reasons.Sum(reason => reason.Points));
        },
        iter: 5_000);

    [Fact]
    public void Taking_away_a_wall_that_was_not_chosen_changes_nothing() => _any.Sample(
        one =>
        {
            var wall = Advisor.Advise(one.Workload, one.Host).Wall;
            return one.Host.Walls.Where(other => other.Name != wall).All(other => Advisor.Advise(one.Workload, one.Host with { Walls = [.. one.Host.Walls.Where(left => left != other)] }).Wall == wall);
        },
        iter: 5_000);

    [Fact]
    public void Every_advice_says_where_connections_go_and_when_the_sandbox_ends() => _any.Sample(
        one => Advisor.Advise(one.Workload, one.Host).Spec is null or { TimeoutSeconds: > 0, Egress: not null },
        iter: 5_000);
}
