using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class OutsideTests(Site site)
{
    [Theory, ClassData(typeof(Callers))]
    public async Task An_allowed_name_is_reached_and_another_on_the_same_address_is_not(Caller caller)
    {
        using var place = site.For(caller);
        Assert.SkipUnless(site.IsRoot, "only root can make a network");
        await using var outside = new Outside();
        using var dns = new TinyDns(outside.Address);
        string[] options = ["--allow", "good.site.example", "--dns", dns.Address, "--"];
        var good = await place.RunAsync([.. options, "curl", "-sS", "--max-time", "10", $"http://good.site.example:{outside.Port}/"]);
        Assert.Equal("hello", good.Succeeded());
        Assert.Equal(1, outside.Accepted);
        foreach (string[] other in (string[][])[
            [$"http://bad.example:{outside.Port}/"],
            [$"http://{outside.Address}:{outside.Port}/"],
            [$"http://{outside.Address}:{outside.Port}/", "-H", "Host: bad.example"],
            [$"http://good.site.example:{outside.Port}/", "-H", "Host: bad.example"],
            [$"http://sub.good.site.example:{outside.Port}/"]])
        {
            var outcome = await place.RunAsync([.. options, "curl", "-sS", "--max-time", "10", .. other]);
            Assert.False(outcome.Text == "hello", string.Join(' ', other) + outcome);
        }

        var port = await place.RunAsync(["--allow", "good.site.example:1", "--dns", dns.Address, "--", "curl", "-sS", "--max-time", "10", $"http://good.site.example:{outside.Port}/"]);
        Assert.NotEqual("hello", port.Text);
        var denied = await place.RunAsync(["--allow", "*.site.example", "--deny", "good.site.example", "--dns", dns.Address, "--", "curl", "-sS", "--max-time", "10", $"http://good.site.example:{outside.Port}/"]);
        Assert.NotEqual("hello", denied.Text);
        var wide = await place.RunAsync(["--allow", "*.site.example", "--dns", dns.Address, "--", "curl", "-sS", "--max-time", "10", $"http://good.site.example:{outside.Port}/"]);
        Assert.Equal("hello", wide.Succeeded());
        var address = await place.RunAsync(["--allow", outside.Address, "--", "curl", "-sS", "--max-time", "10", $"http://{outside.Address}:{outside.Port}/"]);
        Assert.Equal("hello", address.Succeeded());
    }
}
