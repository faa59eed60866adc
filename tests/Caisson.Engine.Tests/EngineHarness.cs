using System.Diagnostics;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Secrets;
using Caisson.Engine.Tests.Fakes;
using Caisson.Engine.Volumes;
using Caisson.Engine.Walls;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Caisson.Engine.Tests;

/// <summary>An engine over fakes; the host, the store and the directory outlive the engine so that it can be restarted.</summary>
internal sealed class EngineHarness : IAsyncDisposable
{
    private readonly List<SandboxEngine> _engines = [];

    public string Root { get; } = Directory.CreateTempSubdirectory("caisson-engine-").FullName;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public FakeBackend Wall { get; } = new();

    public FakeBackend Second { get; } = new("second");

    public MemoryStore Store { get; } = new();

    public MemoryTemplateStore Kept { get; } = new();

    public FakeVolumeHost Host { get; } = new();

    public MemoryVolumes Volatile { get; } = new();

    public VolumeLibrary Volumes { get; private set; } = null!;

    public SecretVault Secrets { get; private set; } = null!;

    public FakeTemplates Templates { get; } = new();

    public SandboxEngine Engine { get; private set; } = null!;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<EngineHarness> StartAsync(Func<EngineOptions, EngineOptions>? change = null)
    {
        var harness = new EngineHarness();
        await harness.StartEngineAsync(change);
        return harness;
    }

    public async Task StartEngineAsync(Func<EngineOptions, EngineOptions>? change = null)
    {
        Engine = New(change);
        await Engine.StartAsync(Token);
    }

    public SandboxEngine New(Func<EngineOptions, EngineOptions>? change = null)
    {
        var options = new EngineOptions { StateDirectory = Root, DefaultWall = "fake" };
        var engine = new SandboxEngine(
            change?.Invoke(options) ?? options, new BackendCatalog([Wall, Second], Time), Templates, Store, Time, NullLogger<SandboxEngine>.Instance, Kept,
            Volumes = new VolumeLibrary(options, Host, Volatile, Time, NullLogger<VolumeLibrary>.Instance), Secrets = new SecretVault(options, Volatile, Time));
        _engines.Add(engine);
        return engine;
    }

    public Task<ISandbox> CreateAsync(TimeSpan? timeout = null, SandboxSpec? spec = null, string tenant = "t", CancellationToken? cancellation = null) =>
        Engine.CreateAsync(tenant, (spec ?? new SandboxSpec()) with { Lifecycle = new Lifecycle { Timeout = timeout } }, cancellation ?? Token);

    public FakeSandbox Inside(ISandbox sandbox) => Wall.Host[sandbox.Info.Id.Value];

    public string[] Directories() => Directory.GetDirectories(Path.Combine(Root, "sandboxes"));

    public void AssertNothingLeft()
    {
        Assert.Empty(Engine.All);
        Assert.Equal(0, Engine.Admitted);
        Assert.Equal(0, Engine.Expiring);
        Assert.Empty(Wall.Host);
        Assert.Empty(Store.Saved);
        Assert.Empty(Directories());
    }

    public static async Task EventuallyAsync(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "it did not happen within 30 seconds");
            await Task.Delay(5, Token);
        }
    }

    public static async Task<CaissonException> FailsAsync(ErrorCode code, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<CaissonException>(call);
        Assert.Equal(code, failure.Code);
        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
            await engine.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
