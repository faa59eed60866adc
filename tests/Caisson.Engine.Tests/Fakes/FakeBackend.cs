using System.Collections.Concurrent;
using Caisson.Core.Backends;
using Caisson.Core.Failures;

namespace Caisson.Engine.Tests.Fakes;

/// <summary>A wall in memory; its sandboxes outlive the engine, as a host's do.</summary>
internal sealed class FakeBackend(string name = "fake") : ISandboxBackend
{
    public ConcurrentDictionary<string, FakeSandbox> Host { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, RootFileSystem> Roots { get; } = new(StringComparer.Ordinal);

    public string Name => name;

    public WallStrength Strength { get; set; } = WallStrength.Process;

    public BackendReport Report { get; set; } = new(true, []);

    public int Probes { get; private set; }

    public Func<StartRequest, CancellationToken, Task>? OnStart { get; set; }

    public Func<FakeSandbox, Task>? OnConfigure { get; set; }

    public Task<BackendReport> ProbeAsync(CancellationToken cancellation)
    {
        Probes++;
        return Task.FromResult(Report);
    }

    public async Task<IWalledSandbox> StartAsync(StartRequest request, CancellationToken cancellation)
    {
        if (OnStart is { } hook)
            await hook(request, cancellation);
        if (Directory.Exists(request.StateDirectory))
            throw new CaissonException(ErrorCode.Internal, "the state directory is there already");
        Directory.CreateDirectory(request.StateDirectory);
        var sandbox = new FakeSandbox(this, request.Id.Value, request.StateDirectory, request.Detached);
        Host[request.Id.Value] = sandbox;
        Roots[request.Id.Value] = request.Root;
        return sandbox;
    }

    public Task<IWalledSandbox?> AttachAsync(AttachRequest request, CancellationToken cancellation)
    {
        if (!Host.TryGetValue(request.Id.Value, out var sandbox))
            return Task.FromResult<IWalledSandbox?>(null);
        sandbox.Frozen = request.Frozen;
        return Task.FromResult<IWalledSandbox?>(sandbox);
    }
}
