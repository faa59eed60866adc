using Caisson.Engine.Rollouts;

namespace Caisson.Server.Hosting;

/// <summary>Goes on with the rollouts of the server before, once its sandboxes are found again.</summary>
internal sealed class RolloutStart(RolloutEngine engine) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => engine.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
