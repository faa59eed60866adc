using System.Text.Json;
using Caisson.Core.Failures;
using Xunit;

namespace Caisson.Settings.Tests;

public sealed class GoldenTests
{
    private static readonly Dictionary<string, JsonElement> _cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases.json")))
        .RootElement.EnumerateArray().ToDictionary(each => each.GetProperty("name").GetString()!);

    public static SettingsContext Context { get; } = new(
        "/w",
        "/home/u",
        new Dictionary<string, string>(StringComparer.Ordinal) { ["GITHUB_TOKEN"] = "ghp_1", ["ANTHROPIC_API_KEY"] = "sk-1", ["NPM_TOKEN"] = "npm_1" });

    public static TheoryData<string> Names => [.. _cases.Keys];

    [Fact]
    public void There_are_enough_cases() => Assert.InRange(_cases.Count, 60, 1000);

    [Theory]
    [MemberData(nameof(Names))]
    public void File_means(string name)
    {
        var each = _cases[name];
        var settings = each.GetProperty("settings");
        var json = settings.ValueKind == JsonValueKind.String ? settings.GetString()! : settings.GetRawText();
        if (each.TryGetProperty("code", out var code))
        {
            var failure = Assert.Throws<CaissonException>(() => RunSettings.Parse(json, "s.json", "/proj", Context));
            Assert.Equal(code.GetString(), failure.Code.ToString());
            Assert.StartsWith("s.json: ", failure.Message, StringComparison.Ordinal);
            foreach (var part in each.GetProperty("has").EnumerateArray())
                Assert.Contains(part.GetString()!, failure.Message + failure.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain("ghp_1", failure.Message, StringComparison.Ordinal);
            return;
        }

        var profile = RunSettings.Parse(json, "s.json", "/proj", Context);
        var expected = each.GetProperty("expect").EnumerateArray().Select(line => line.GetString()!).Order(StringComparer.Ordinal);
        Assert.Equal(expected, Lines(profile).Order(StringComparer.Ordinal));
        var notices = each.GetProperty("notices").EnumerateArray().Select(part => part.GetString()!).ToList();
        Assert.True(notices.Count == profile.Notices.Count, string.Join('\n', profile.Notices));
        foreach (var part in notices)
            Assert.Contains(profile.Notices, notice => notice.Contains(part, StringComparison.Ordinal));
        Assert.All(profile.Notices, notice => Assert.DoesNotContain("ghp_1", notice, StringComparison.Ordinal));
        Assert.True(profile.Egress.DenyFirst);
    }

    [Fact]
    public void Read_rules_come_parents_first()
    {
        const string Json = """{"network":{"allowedDomains":[],"deniedDomains":[]},"filesystem":{"denyRead":["/a/b/c","/a"],"allowRead":["/a/b"],"allowWrite":[],"denyWrite":[]}}""";
        Assert.Equal(["/a", "/a/b", "/a/b/c"], RunSettings.Parse(Json, "s", "/", Context).ReadRules.Select(rule => rule.Path));
    }

    private static List<string> Lines(RunProfile profile)
    {
        List<string> lines =
        [
            .. profile.Writable.Select(path => "w " + path),
            .. profile.ReadOnly.Select(path => "ro " + path),
            .. profile.ReadRules.Select(rule => (rule.Hidden ? "hide " : "show ") + rule.Path),
            .. profile.Egress.Allow.Select(rule => "allow " + rule.Text),
            .. profile.Egress.Deny.Select(rule => "deny " + rule.Text),
            .. profile.DenyReasons.Select(reason => $"reason {reason.Key}={reason.Value}"),
            .. profile.UnsetEnvironment.Select(name => "unset " + name),
            .. profile.Environment.Select(entry => $"env {entry.Key}={(entry.Value.StartsWith("masked-", StringComparison.Ordinal) ? "masked-" : entry.Value)}"),
            .. profile.Egress.Transforms.SelectMany(transform => transform.Headers.Select(header => $"header {transform.Host} {header.Key}={header.Value}")),
        ];
        if (profile.Egress.Proxy is { } proxy)
            lines.Add($"proxy {(proxy.UserName is { } user ? user + "@" : "")}{proxy.Host}:{proxy.Port}");
        foreach (var (on, name) in new[]
        {
            (profile.StrictAllowlist, "strict"), (profile.UnixSockets, "unix"), (profile.NestedUserNamespaces, "nesting"), (profile.AllowGitConfig, "gitconfig"),
            (profile.ProtectionDepth != 3, $"depth {profile.ProtectionDepth}"),
        })
        {
            if (on)
                lines.Add(name);
        }

        return lines;
    }
}
