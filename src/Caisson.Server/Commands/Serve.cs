using Caisson.Server.Api.Sandboxes;
using Caisson.Server.Hosting;

namespace Caisson.Server.Commands;

/// <summary>Serves until told to stop; sandboxes are left running.</summary>
internal static class Serve
{
    /// <summary>Starts the server, says that it is ready and waits for SIGTERM or SIGINT.</summary>
    public static async Task RunAsync(ServerOptions options, CancellationToken cancellation)
    {
        options = options with { StateDirectory = StateDirectory.Ensure(options.StateDirectory) };
        var store = await Composition.OpenStoreAsync(options.StateDirectory, cancellation);
        await using var app = ServerHost.Build(options, services => Composition.Register(services, options, store));
        var url = (await ServerHost.StartAsync(app, options, cancellation)).ToString().TrimEnd('/');
        await Console.Out.WriteLineAsync(
            $"E2B_API_URL={url} E2B_SANDBOX_URL={url} E2B_DOMAIN={app.Services.GetRequiredService<Domain>().Value} CAISSON_URL={url}\nready {url}");
        await Console.Out.FlushAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }
}
