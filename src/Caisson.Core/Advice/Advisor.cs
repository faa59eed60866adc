using System.Globalization;
using Caisson.Core.Backends;

namespace Caisson.Core.Advice;

/// <summary>Chooses a wall for a workload by the rules.</summary>
public static class Advisor
{
    /// <summary>Judges every wall of the host, and every kind of wall that the host has not.</summary>
    public static Recommendation Advise(Workload workload, HostFacts host) => Advise(workload, host, RuleBook.BuiltIn);

    /// <summary>The rule that forbids a wall even to callers who ask for it by name, or null.</summary>
    public static RuleHit? Forbids(Workload workload, HostFacts host, WallFacts wall)
    {
        var rules = RuleBook.BuiltIn;
        var candidate = new Candidate(rules.Walls.Single(kind => kind.Strength == wall.Strength), wall);
        return Exclusions(workload, host, candidate, rules with { Exclude = rules.Exclude.FindAll(rule => rule.Binding) }).FirstOrDefault();
    }

    internal static Recommendation Advise(Workload workload, HostFacts host, RuleBook rules)
    {
        var walls = Candidates(host, rules).Select(wall => (Wall: wall, Hits: Exclusions(workload, host, wall, rules))).ToList();
        var ranked = walls.Where(one => one.Hits.Count == 0)
            .Select(one => Rank(workload, host, one.Wall, rules))
            .OrderByDescending(wall => wall.Points).ThenByDescending(wall => wall.Strength)
            .ToList();
        List<RuledOutWall> ruledOut = [.. walls.Where(one => one.Hits.Count > 0).Select(one => new RuledOutWall(one.Wall.Name, one.Wall.Kind.Strength, one.Hits))];
        var settings = rules.Settings.Where(rule => rule.When.Holds(workload, host)).ToList();
        return new Recommendation(
            ranked.Count > 0 ? ranked[0].Name : null,
            ranked,
            ruledOut,
            [.. settings.Select(rule => new AdvisedSetting(rule.Id, rule.Do, rule.Why, rule.Spec is not null))],
            ranked.Count > 0 ? Spec(ranked[0].Name, workload, settings) : null);
    }

    // Walls come in the host's order of preference, which decides between two of one strength.
    private static IEnumerable<Candidate> Candidates(HostFacts host, RuleBook rules)
    {
        foreach (var facts in host.Walls)
            yield return new Candidate(rules.Walls.Single(kind => kind.Strength == facts.Strength), facts);
        foreach (var kind in rules.Walls.Where(kind => !host.Walls.Any(wall => wall.Strength == kind.Strength)))
            yield return new Candidate(kind, null);
    }

    private static List<RuleHit> Exclusions(Workload workload, HostFacts host, Candidate wall, RuleBook rules) =>
        [.. rules.Exclude.Where(rule => rule.When.Holds(workload, host, wall)).Select(rule => new RuleHit(rule.Id, Fill(rule.Why, workload, wall), Fill(rule.Change, workload, wall)))];

    private static RankedWall Rank(Workload workload, HostFacts host, Candidate wall, RuleBook rules)
    {
        List<RankReason> reasons =
        [
            .. rules.Prefer.Where(rule => rule.Points.ContainsKey(wall.Kind.Strength) && rule.When.Holds(workload, host, wall))
                .Select(rule => new RankReason(rule.Id, rule.Points[wall.Kind.Strength], rule.Why)),
        ];
        return new RankedWall(wall.Name, wall.Kind.Strength, reasons.Sum(reason => reason.Points), reasons);
    }

    private static AdvisedSpec Spec(string wall, Workload workload, List<SettingRule> settings)
    {
        var spec = new AdvisedSpec { Wall = wall };
        foreach (var part in settings.Select(rule => rule.Spec).OfType<AdvisedSpec>())
        {
            spec.TimeoutSeconds = part.TimeoutSeconds ?? spec.TimeoutSeconds;
            if (part.Egress is { } egress)
                spec.Egress = egress with { Allow = [.. egress.Allow, .. workload.Network == NetworkUse.Allowlist ? workload.Hosts : []] };
        }

        return spec;
    }

    private static string Fill(string text, Workload workload, Candidate wall)
    {
        var failed = wall.Facts?.Report.Checks.Where(check => check.State == HostCheckState.Missing).ToList() ?? [];
        return text
            .Replace("{missing}", string.Join(", ", wall.Missing(workload)).ToLower(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{found}", failed.Count == 0 ? "its probe failed" : string.Join("; ", failed.Select(check => $"{check.Feature}: {check.Detail}")), StringComparison.Ordinal)
            .Replace("{remedy}", failed.Exists(check => check.Remedy is not null) ? string.Join("; ", failed.Select(check => check.Remedy).OfType<string>()) : "see 'caisson doctor'", StringComparison.Ordinal);
    }
}
