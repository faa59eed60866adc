using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Xunit;

namespace Caisson.Engine.Tests.Secrets;

public sealed class SecretTests
{
    private const string Value = "a-value-that-nothing-else-has";

    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task The_wall_gets_the_value_and_nothing_else_does()
    {
        await using var host = await EngineHarness.StartAsync();
        await host.Secrets.CreateAsync("t", "Token", Value, null, Token);
        var sandbox = await host.CreateAsync(spec: new SandboxSpec { Egress = Policy("token") });
        Assert.Equal($"Bearer {Value}", host.Wall.Requests[sandbox.Info.Id.Value].Spec.Egress.Transforms[0].Headers["Authorization"]);
        Assert.Empty(sandbox.Info.Spec.Egress.Transforms[0].Headers);
        Assert.Empty(host.Store.Saved[sandbox.Info.Id].Spec.Egress.Transforms[0].Headers);

        await host.Secrets.UpdateAsync("t", "token", "changed", null, Token);
        Assert.Equal("Bearer changed", host.Inside(sandbox).Egress!.Transforms[0].Headers["Authorization"]);
        await host.Secrets.DeleteAsync("t", "token", Token);
        Assert.Empty(host.Inside(sandbox).Egress!.Transforms[0].Headers);
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => sandbox.UpdateEgressAsync(Policy("token"), Token));
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.CreateAsync(spec: new SandboxSpec { Egress = Policy("token") }));
    }

    [Fact]
    public async Task A_secret_of_another_tenant_does_not_exist()
    {
        await using var host = await EngineHarness.StartAsync();
        var info = await host.Secrets.CreateAsync("t", "token", Value, null, Token);
        Assert.Null(host.Secrets.Find("other", "token"));
        Assert.Null(host.Secrets.Find("other", info.Id));
        Assert.False(await host.Secrets.DeleteAsync("other", "token", Token));
        await EngineHarness.FailsAsync(ErrorCode.NotFound, () => host.Secrets.UpdateAsync("other", "token", "x", null, Token));
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.CreateAsync(spec: new SandboxSpec { Egress = Policy("token") }, tenant: "other"));
    }

    [Fact]
    public async Task Values_are_sealed_under_a_key_that_is_the_owners_alone_and_open_after_a_restart_and_a_change_of_the_key()
    {
        await using var host = await EngineHarness.StartAsync();
        var info = await host.Secrets.CreateAsync("t", "token", Value, null, Token);
        var file = Path.Combine(host.Root, "secrets.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain(Value, System.Text.Encoding.UTF8.GetString(host.Volatile.Secrets[info.Id].Sealed), StringComparison.Ordinal);
        var before = await File.ReadAllTextAsync(file, Token);
        Assert.Equal(1, await host.Secrets.RotateKeyAsync(Token));
        var after = await File.ReadAllTextAsync(file, Token);
        Assert.Single(after.Trim().Split('\n'));
        Assert.NotEqual(before, after);

        await host.Engine.DisposeAsync();
        await host.StartEngineAsync();
        var sandbox = await host.CreateAsync(spec: new SandboxSpec { Egress = Policy("token") });
        Assert.Equal($"Bearer {Value}", host.Wall.Requests[sandbox.Info.Id.Value].Spec.Egress.Transforms[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task A_sealed_value_put_into_another_row_does_not_open()
    {
        await using var host = await EngineHarness.StartAsync();
        var one = await host.Secrets.CreateAsync("t", "one", Value, null, Token);
        var two = await host.Secrets.CreateAsync("mallory", "two", "other", null, Token);
        await host.Engine.DisposeAsync();
        host.Volatile.Secrets[two.Id] = host.Volatile.Secrets[two.Id] with { Sealed = host.Volatile.Secrets[one.Id].Sealed };
        await host.StartEngineAsync();
        await EngineHarness.FailsAsync(ErrorCode.Internal, () => host.CreateAsync(spec: new SandboxSpec { Egress = Policy("two") }, tenant: "mallory"));
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("a b", "x")]
    [InlineData("a}", "x")]
    [InlineData("ok", "")]
    [InlineData("ok", "two\r\nlines")]
    [InlineData("ok", "é")]
    public async Task A_name_or_a_value_that_no_policy_could_carry_is_refused_without_saying_it(string name, string value)
    {
        await using var host = await EngineHarness.StartAsync();
        var failure = await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.Secrets.CreateAsync("t", name, value, null, Token));
        Assert.True(value.Length < 2 || !failure.Message.Contains(value, StringComparison.Ordinal));
    }

    private static EgressPolicy Policy(string secret) => new()
    {
        Transforms = [new HeaderTransform("example.test", new Dictionary<string, string>()) { SecretHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer ${{secret:{secret}}}" } }],
    };
}
