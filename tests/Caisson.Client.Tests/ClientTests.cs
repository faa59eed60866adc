using System.Text;
using Caisson.Core.Advice;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Server.Tests.Fakes;
using Xunit;

namespace Caisson.Client.Tests;

public sealed class ClientTests(ServerUnderTest server) : IClassFixture<ServerUnderTest>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sandbox_lives_as_long_as_its_using_block()
    {
        using var client = new CaissonClient(server.Url, server.Key);
        string id;
        await using (var sandbox = await client.CreateAsync(new SandboxSpec { Template = "python", Egress = EgressPolicy.Internet }, Cancellation))
        {
            id = sandbox.Id;
            Assert.Equal(EgressVerdict.Allow, server.Engine.Fake(id).Info.Spec.Egress.Unlisted);
            Assert.Equal($"http://8080-{id}.localhost:{server.Url.Port}/", sandbox.GetPortUrl(8080).ToString());
            var result = await sandbox.ExecAsync(new ExecRequest { Command = "cat" }, "text", Cancellation);
            Assert.Equal(("text", 0, null), (result.Stdout, result.ExitCode, result.Failure));
            Assert.Contains((await client.ListAsync(cancellation: Cancellation)).Items, one => one.Id == id);
            Assert.NotEmpty(await sandbox.ReadTimelineAsync(0, Cancellation));
            await sandbox.SetTimeoutAsync(TimeSpan.FromMinutes(1), Cancellation);
            await sandbox.SetEgressAsync(EgressPolicy.None, Cancellation);
        }

        Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<CaissonException>(() => client.GetAsync(id, Cancellation))).Code);
    }

    [Fact]
    public async Task A_streamed_execution_is_fed_and_ends()
    {
        using var client = new CaissonClient(server.Url, server.Key);
        await using var sandbox = await client.CreateAsync(cancellation: Cancellation);
        await using var execution = await sandbox.StartAsync(new ExecRequest { Command = "cat", Input = true }, Cancellation);
        await execution.WriteInputAsync(new byte[] { 0, 255 }, Cancellation);
        await execution.WriteInputAsync(new MemoryStream([1]), Cancellation);
        await execution.ResizeAsync(new TerminalSize(10, 20), Cancellation);
        await execution.CloseInputAsync(Cancellation);
        var bytes = new List<byte>();
        ExecOutcome? outcome = null;
        await foreach (var item in execution.ReadAsync(Cancellation))
        {
            bytes.AddRange(item is ExecOutputEvent piece ? piece.Data.ToArray() : []);
            outcome = item as ExecOutcome;
        }

        Assert.Equal([0, 255, 1], bytes);
        Assert.Equal(0, outcome!.ExitCode);
        Assert.Single(await sandbox.ListProcessesAsync(Cancellation));
    }

    [Fact]
    public async Task Files_go_both_ways()
    {
        using var client = new CaissonClient(server.Url, server.Key);
        await using var sandbox = await client.CreateAsync(cancellation: Cancellation);
        await sandbox.Files.WriteTextAsync("/tmp/a b&c", "héllo", cancellation: Cancellation);
        Assert.Equal("héllo", await sandbox.Files.ReadTextAsync("/tmp/a b&c", cancellation: Cancellation));
        Assert.Equal(Encoding.UTF8.GetByteCount("héllo"), (await sandbox.Files.StatAsync("/tmp/a b&c", cancellation: Cancellation)).Size);
        await sandbox.Files.MoveAsync("/tmp/a b&c", "/tmp/d", cancellation: Cancellation);
        Assert.Single(await sandbox.Files.ListAsync("/tmp", cancellation: Cancellation));
        await sandbox.Files.RemoveAsync("/tmp/d", Cancellation.IsCancellationRequested ? "" : null, Cancellation);
        await sandbox.Files.MakeDirectoryAsync("/x", cancellation: Cancellation);
    }

    [Fact]
    public async Task Failures_are_typed()
    {
        using var wrong = new CaissonClient(server.Url, "wrong");
        Assert.Equal(ErrorCode.Unauthenticated, (await Assert.ThrowsAsync<CaissonException>(() => wrong.ListAsync(cancellation: Cancellation))).Code);
        using var nobody = new CaissonClient(new Uri("http://127.0.0.1:1"), "key");
        Assert.Equal(ErrorCode.Unavailable, (await Assert.ThrowsAsync<CaissonException>(() => nobody.ListAsync(cancellation: Cancellation))).Code);
        using var client = new CaissonClient(server.Url, server.Key);
        Assert.Equal(2, (await client.WallsAsync(Cancellation)).Count);
        Assert.Equal("good", (await client.AdviseAsync(new Workload(), Cancellation)).Wall);
        Assert.Null((await client.AdviseAsync(new Workload { Tenancy = Tenancy.Multi }, Cancellation)).Spec);
        await Assert.ThrowsAsync<CaissonException>(() => client.CreateAsync(new SandboxSpec { Mounts = [new Mount("/", "/host", true)] }, Cancellation));
    }
}
