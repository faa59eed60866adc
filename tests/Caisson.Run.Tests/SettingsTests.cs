using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class SettingsTests(Site site)
{
    private static string Srt(string allowWrite, string denyWrite = "", string denyRead = "", string domains = "") =>
        $$$"""{"network":{"allowedDomains":[{{{domains}}}],"deniedDomains":[]},"filesystem":{"allowWrite":[{{{allowWrite}}}],"denyWrite":[{{{denyWrite}}}],"denyRead":[{{{denyRead}}}] } }""";

    private static string Claude(string allowWrite, string denyWrite = "", string denyRead = "", string domains = "") =>
        $$$"""{"model":"m","sandbox":{"enabled":true,"network":{"allowedDomains":[{{{domains}}}]},"filesystem":{"allowWrite":[{{{allowWrite}}}],"denyWrite":[{{{denyWrite}}}],"denyRead":[{{{denyRead}}}] } } }""";

    public static TheoryData<Caller, bool> Both()
    {
        var data = new TheoryData<Caller, bool>();
        foreach (var caller in (Caller[])[Caller.Root, Caller.User])
        {
            data.Add(caller, false);
            data.Add(caller, true);
        }

        return data;
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Only_what_is_allowed_is_written(Caller caller, bool claude)
    {
        using var place = site.For(caller);
        place.Write("work/kept/file", "k");
        place.Write("other/file", "o");
        place.Write("elsewhere/file", "e");
        var other = Path.Combine(place.Root, "other");
        string allow = $"\".\",\"{other}\"", deny = "\"./kept\",\"./absent.txt\"";
        var file = place.Write("s.json", claude ? Claude(allow, deny) : Srt(allow, deny));
        var outcome = await place.ShellAsync(
            $"echo 1 >new; echo 2 >{other}/new; echo 3 >kept/file; echo 4 >kept/new; echo 5 >absent.txt; rm -rf kept; mv kept k2; echo 6 >{place.Root}/elsewhere/file; true", "--settings", file);
        Assert.Equal(0, outcome.Code);
        Assert.Equal("1\n", await File.ReadAllTextAsync(place.InWorkspace("new")));
        Assert.Equal("2\n", await File.ReadAllTextAsync(Path.Combine(other, "new")));
        Assert.Equal("k", await File.ReadAllTextAsync(place.InWorkspace("kept/file")));
        Assert.False(File.Exists(place.InWorkspace("kept/new")));
        Assert.False(File.Exists(place.InWorkspace("absent.txt")));
        Assert.Equal("e", await File.ReadAllTextAsync(Path.Combine(place.Root, "elsewhere/file")));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_may_not_be_read_is_empty(Caller caller, bool claude)
    {
        using var place = site.For(caller);
        place.Write("work/secrets/key", "hush1");
        place.Write("work/.env", "hush2");
        place.Write("work/open", "open");
        const string Deny = "\"./secrets\",\"./.env\"";
        var file = place.Write("s.json", claude ? Claude("\".\"", denyRead: Deny) : Srt("\".\"", denyRead: Deny));
        var outcome = await place.ShellAsync("cat secrets/key; cat .env; ls secrets; cat open; mv secrets s2; rm .env; echo x >secrets/y", "--settings", file);
        Assert.DoesNotContain("hush", outcome.ToString(), StringComparison.Ordinal);
        Assert.Equal("open", outcome.Text);
        Assert.Equal("hush1", await File.ReadAllTextAsync(place.InWorkspace("secrets/key")));
        Assert.Equal("hush2", await File.ReadAllTextAsync(place.InWorkspace(".env")));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Unknown_keys_and_bad_values_are_refused(Caller caller, bool claude)
    {
        using var place = site.For(caller);
        var good = claude ? Claude("\".\"") : Srt("\".\"");
        foreach (var bad in (string[])[good.Replace("denyRead", "denyReed", StringComparison.Ordinal), good.Replace("\"allowedDomains\":[]", "\"allowedDomains\":[\"https://x.example/\"]", StringComparison.Ordinal)])
        {
            var outcome = await place.RunAsync("--settings", place.Write("s.json", bad), "--", "echo", "ran");
            Assert.True(outcome.Code == 125, outcome.ToString());
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_domain_that_is_not_listed_is_refused(Caller caller, bool claude)
    {
        using var place = site.For(caller);
        var file = place.Write("s.json", claude ? Claude("\".\"", domains: "\"good.example\"") : Srt("\".\"", domains: "\"good.example\""));
        using var dns = new TinyDns("127.0.0.1");
        var outcome = await place.RunAsync("--settings", file, "--dns", dns.Address, "--", "curl", "-sS", "--max-time", "10", "http://bad.example/");
        Assert.Contains("refused bad.example:80", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("bad.example", dns.Asked);
        await place.RunAsync("--settings", file, "--dns", dns.Address, "--", "curl", "-sS", "--max-time", "10", "http://good.example/");
        Assert.Contains("good.example", dns.Asked);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Without_a_writable_path_nothing_is_written(Caller caller)
    {
        using var place = site.For(caller);
        place.Write("work/file", "w");
        var outcome = await place.ShellAsync("echo x >file; echo y >new; true", "--settings", place.Write("s.json", Srt("")));
        Assert.True(outcome.Code == 0, outcome.ToString());
        Assert.Equal("w", await File.ReadAllTextAsync(place.InWorkspace("file")));
        Assert.False(File.Exists(place.InWorkspace("new")));
    }
}
