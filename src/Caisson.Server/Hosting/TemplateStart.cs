using Caisson.Engine.Templates;

namespace Caisson.Server.Hosting;

/// <summary>Ends what builds of the server before left, once its sandboxes are found again.</summary>
internal sealed class TemplateStart(TemplateEngine engine) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => engine.StartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken) => await engine.DisposeAsync();
}
