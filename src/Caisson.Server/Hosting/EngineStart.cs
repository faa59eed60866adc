using Caisson.Engine.Sandboxes;

namespace Caisson.Server.Hosting;

/// <summary>Finds the sandboxes of the server before again, before this one takes its first request.</summary>
internal sealed class EngineStart(SandboxEngine engine) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => engine.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
