using Caisson.Engine.Sandboxes;
using Caisson.Images.Store;

namespace Caisson.Server.Hosting;

/// <summary>Finds the sandboxes of the server before again, before this one takes its first request.</summary>
internal sealed class EngineStart(SandboxEngine engine, IImageStore images) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await engine.StartAsync(cancellationToken);
        images.Sweep(engine.StandsOn);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
