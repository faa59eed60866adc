using Caisson.Core.Backends;

namespace Caisson.Server.Tests.Fakes;

/// <summary>A wall that can only be asked.</summary>
internal sealed class FakeWall(string name, Func<Task<BackendReport>> probe) : ISandboxBackend
{
    public string Name => name;

    public WallStrength Strength => WallStrength.Process;

    public Task<BackendReport> ProbeAsync(CancellationToken cancellation) => probe();

    public Task<IWalledSandbox> StartAsync(StartRequest request, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IWalledSandbox?> AttachAsync(AttachRequest request, CancellationToken cancellation) => throw new NotSupportedException();
}
