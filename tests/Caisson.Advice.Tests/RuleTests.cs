using System.Text.Json;
using Caisson.Core.Advice;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Xunit;

namespace Caisson.Advice.Tests;

public sealed class RuleTests
{
    [Fact]
    public void Rules_have_names_of_their_own_and_words_for_everything()
    {
        var rules = RuleBook.BuiltIn;
        string[] ids = [.. rules.Exclude.Select(rule => rule.Id), .. rules.Prefer.Select(rule => rule.Id), .. rules.Settings.Select(rule => rule.Id)];
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Enum.GetValues<WallStrength>(), rules.Walls.Select(wall => wall.Strength).Order());
        Assert.All(rules.Prefer, rule => Assert.NotEmpty(rule.Points));
    }

    [Fact]
    public void Every_rule_can_hold()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var work = new Workload
            {
                Trust = Pick<Trust>(),
                Tenancy = Pick<Tenancy>(),
                Place = Pick<Place>(),
                Code = Pick<Code>(),
                Needs = random.Next(2) == 0 ? [] : [Pick<Need>()],
                Network = Pick<NetworkUse>(),
                Secrets = Pick<SecretUse>(),
                Life = Pick<Life>(),
                State = Pick<StateKept>(),
                Fork = random.Next(2) == 0,
                Parallel = random.Next(1000) + 1,
                StartMs = random.Next(1, 200),
                Goal = Pick<Goal>(),
                HostFiles = Pick<HostFileUse>(),
            };
            var walls = Enum.GetValues<WallStrength>().Where(_ => random.Next(4) > 0).Select(strength => Hosts.Wall(strength, random.Next(4) > 0 ? Hosts.Good : Hosts.Bad));
            var advice = Advisor.Advise(work, new HostFacts(Pick<HostSystem>(), random.Next(2) == 0, [.. walls]));
            seen.UnionWith(advice.RuledOut.SelectMany(wall => wall.Because).Select(hit => hit.Rule));
            seen.UnionWith(advice.Ranked.SelectMany(wall => wall.Reasons).Select(reason => reason.Rule));
            seen.UnionWith(advice.Settings.Select(setting => setting.Rule));
        }

        var rules = RuleBook.BuiltIn;
        Assert.All(rules.Exclude, rule => Assert.Contains(rule.Id, seen));
        Assert.All(rules.Prefer, rule => Assert.Contains(rule.Id, seen));
        Assert.All(rules.Settings, rule => Assert.Contains(rule.Id, seen));

        T Pick<T>()
            where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];
    }

    [Fact]
    public void What_was_missing_is_named_with_its_remedy()
    {
        var advice = Advisor.Advise(
            new Workload { Needs = [Need.Gpu, Need.Pty] }, new HostFacts(HostSystem.Linux, false, [Hosts.Wall(WallStrength.Process, Hosts.Good), Hosts.Wall(WallStrength.Container, Hosts.Bad)]));
        Assert.Null(advice.Wall);
        var hits = advice.RuledOut.SelectMany(wall => wall.Because.Select(hit => (wall.Strength, hit.Rule, hit.Why, hit.Change))).ToList();
        Assert.Contains((WallStrength.Process, "need-unmet", "it has no gpu", "Drop gpu from the needs."), hits);
        Assert.Contains((WallStrength.Container, "cannot-start", "it cannot start here (program: /usr/bin/wall is not there)", "apt-get install wall."), hits);
        var refusal = Assert.Throws<CaissonException>(advice.Required);
        Assert.Equal(ErrorCode.Unsupported, refusal.Code);
        Assert.Contains("(need-unmet)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install wall", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_walls_of_one_strength_the_hosts_first_is_chosen()
    {
        var host = new HostFacts(HostSystem.Linux, true, [new WallFacts("second", WallStrength.Container, Hosts.Bad), new WallFacts("first", WallStrength.Container, Hosts.Good), new WallFacts("third", WallStrength.Container, Hosts.Good)]);
        var advice = Advisor.Advise(new Workload(), host);
        Assert.Equal("first", advice.Wall);
        Assert.Equal(["first", "third"], advice.Ranked.Select(wall => wall.Name));
    }

    [Fact]
    public void The_spec_carries_the_hosts_of_the_list_and_credentials_close_an_open_network()
    {
        var listed = Advisor.Advise(new Workload { Hosts = ["example.com", "*.example.org:443"], Life = Life.Call }, Hosts.Full()).Spec!;
        Assert.Equal(["example.com", "*.example.org:443"], listed.Egress!.Allow);
        Assert.Equal(60, listed.TimeoutSeconds);
        var open = Advisor.Advise(new Workload { Network = NetworkUse.Open }, Hosts.Full()).Spec!;
        Assert.Equal(EgressVerdict.Allow, open.Egress!.Unlisted);
        var keys = Advisor.Advise(new Workload { Network = NetworkUse.Open, Secrets = SecretUse.Brokered }, Hosts.Full()).Spec!;
        Assert.Equal(EgressVerdict.Deny, keys.Egress!.Unlisted);
        Assert.Empty(RuleBook.BuiltIn.Settings.SelectMany(rule => rule.Spec?.Egress?.Allow ?? []));
    }

    [Theory]
    [InlineData("""{"trust":"nobody"}""")]
    [InlineData("""{"trust":1}""")]
    [InlineData("""{"wall":"bubblewrap"}""")]
    [InlineData("""{"needs":null}""")]
    [InlineData("""{"parallel":"many"}""")]
    public void A_workload_that_is_not_understood_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, AdviceJson.Default.Workload));

    [Fact]
    public void A_workload_out_of_bounds_is_refused()
    {
        Assert.Throws<CaissonException>(() => new Workload { Parallel = 0 }.Checked());
        Assert.Throws<CaissonException>(() => new Workload { StartMs = -1 }.Checked());
        Assert.Throws<CaissonException>(() => new Workload { Hosts = ["http://x/"] }.Checked());
    }
}
