using System.Net;
using Caisson.Client;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Dialects.SweRex.Tests.Ground;

namespace Caisson.Dialects.SweRex.Tests;

/// <summary>What other interfaces do to a sandbox of the dialect.</summary>
public sealed class LifeTests(SharedServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_gives_an_hour_again()
    {
        var name = server.NewName();
        var client = server.NewClient(name);
        await client.ExecuteAsync(["true"]);
        using var native = server.Server.Client();
        var sandbox = await FindAsync(native, name);
        await sandbox.SetTimeoutAsync(TimeSpan.FromSeconds(60), Cancellation);
        Assert.InRange(await LeftAsync(native, name), 50, 61);
        await client.ExecuteAsync(["true"]);
        Assert.InRange(await LeftAsync(native, name), 3500, 3601);
    }

    [Fact]
    public async Task A_pause_ends_the_sessions_and_refuses_calls_until_it_is_over()
    {
        var name = server.NewName();
        var client = server.NewClient(name);
        await client.OpenAsync();
        await client.WriteAsync("/tmp/kept", "k");
        using var native = server.Server.Client();
        var sandbox = await FindAsync(native, name);
        try
        {
            await sandbox.PauseAsync(cancellation: Cancellation);
        }
        catch (CaissonException e) when (e.Code == ErrorCode.Unsupported)
        {
            Assert.Skip(e.Message);
        }

        Assert.Equal(HttpStatusCode.Conflict, (await client.PostAsync("execute", new { command = "true", shell = true })).Status);
        await sandbox.ResumeAsync(cancellation: Cancellation);
        Assert.Equal("k", await client.ReadAsync("/tmp/kept"));
        await RexClient.RaisesAsync("pexpect.exceptions.EOF", client.RunAsync("echo"));
        await client.CloseSessionAsync();
        await client.OpenAsync();
        Assert.Equal("x\n", (await client.RunAsync("echo x")).Output);
    }

    [Fact]
    public async Task The_timeline_has_what_sessions_are_told_and_show()
    {
        var name = server.NewName();
        var client = server.NewClient(name);
        await client.OpenAsync("work");
        await client.RunAsync("echo $((6*7))", session: "work");
        using var native = server.Server.Client();
        var entries = await (await FindAsync(native, name)).ReadTimelineAsync(cancellation: Cancellation);
        Assert.Contains("session work: echo $((6*7))", entries.OfType<ExecStarted>().SelectMany(entry => entry.Arguments));
        Assert.Contains(entries.OfType<ExecOutput>(), entry => entry.Text.Contains("42", StringComparison.Ordinal));
    }

    private static async Task<RemoteSandbox> FindAsync(CaissonClient native, string name) =>
        await native.GetAsync((await DescribeAsync(native, name)).Id, Cancellation);

    private static async Task<double> LeftAsync(CaissonClient native, string name) =>
        ((await DescribeAsync(native, name)).EndsAt!.Value - TimeProvider.System.GetUtcNow()).TotalSeconds;

    private static async Task<SandboxDescription> DescribeAsync(CaissonClient native, string name) =>
        (await native.ListAsync(cancellation: Cancellation)).Items.Single(sandbox => sandbox.Metadata.GetValueOrDefault("swerex.name") == name);
}
