using Caisson.Backends.Bubblewrap;
using Caisson.Core.Backends;
using Caisson.Dialects.E2b;
using Caisson.Dialects.SandboxFusion;
using Caisson.Engine;
using Caisson.Engine.Rollouts;
using Caisson.Engine.Rollouts.Running;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Store;
using Caisson.Engine.Walls;
using Caisson.Network.Egress;
using Caisson.Server.Auth;
using Caisson.Server.Hosting;
using Caisson.Server.Templates;
using Caisson.Store;
using IEngineTemplates = Caisson.Engine.Templates.ITemplateCatalog;

namespace Caisson.Server;

/// <summary>The composition root: the only place that names an engine, a store, a wall or a dialect.</summary>
internal static class Composition
{
    private const string DatabaseFile = "caisson.db";

    /// <summary>Opens the store of a state directory; the <c>key</c> commands need nothing else.</summary>
    public static async Task<IStore> OpenStoreAsync(string stateDirectory, CancellationToken cancellation) =>
        await SqliteStore.OpenAsync(Path.Combine(stateDirectory, DatabaseFile), cancellation);

    /// <summary>Registers the engine and its walls over an open store.</summary>
    public static void Register(IServiceCollection services, ServerOptions options, IStore store)
    {
        services.AddSingleton(store);
        services.AddSingleton(new EgressGatewayOptions { DnsServer = options.Dns });
        services.AddSingleton<EgressGateway>();
        services.AddSingleton(new BubblewrapOptions
        {
            Guest = Environment.GetEnvironmentVariable("CAISSON_GUEST") ?? Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "caisson-guest")),
            BlankDisks = Path.Combine(options.StateDirectory, "blank"),
        });
        services.AddSingleton<ISandboxBackend, BubblewrapBackend>();
        services.AddSingleton<BackendCatalog>();
        services.AddSingleton<IEngineTemplates>(new LocalTemplates(Path.Combine(options.StateDirectory, "templates")));
        services.AddSingleton(new EngineOptions { StateDirectory = options.StateDirectory, DefaultWall = options.Wall == "auto" ? null : options.Wall, Workload = options.Workload ?? new(), MaxSandboxes = 4000, AtPoint = FaultPoint.FromEnvironment() });
        services.AddSingleton<SandboxEngine>();
        services.AddSingleton<ISandboxEngine>(provider => provider.GetRequiredService<SandboxEngine>());
        services.AddHostedService<EngineStart>();
        services.AddSingleton(new RolloutOptions { Directory = Path.Combine(options.StateDirectory, "rollouts") });
        services.AddSingleton<IExecutionSlots, FreshSandboxes>();
        services.AddSingleton<RolloutEngine>();
        services.AddSingleton<IRolloutEngine>(provider => provider.GetRequiredService<RolloutEngine>());
        services.AddHostedService<RolloutStart>();
        services.AddSingleton<IApiKeyAuthenticator, E2bAuthenticator>();
        services.AddSingleton<ITemplateCatalog, E2bTemplates>();
        services.AddE2bDialect();
        if (options.SandboxFusion is not null)
            AddSandboxFusion(services);
    }

    /// <summary>Adds the SandboxFusion dialect, which needs an engine of rollouts.</summary>
    internal static void AddSandboxFusion(IServiceCollection services)
    {
        services.AddSingleton<ICallers, SandboxFusionCallers>();
        services.AddSandboxFusionDialect();
    }

    /// <summary>Adds the middleware of dialects that choose their requests by host name or header, before any route is looked for.</summary>
    public static void UseDialects(WebApplication app)
    {
        if (app.Services.GetService<IApiKeyAuthenticator>() is not null)
            app.UseE2bDataPlane();
    }

    /// <summary>Adds the routes of dialects.</summary>
    public static void MapDialects(WebApplication app)
    {
        if (app.Services.GetService<IApiKeyAuthenticator>() is not null)
            app.MapE2bDialect();
        // Its callers are judged by the dialect, for they may come without a key.
        if (app.Services.GetService<ICallers>() is not null)
            app.MapGroup("").WithMetadata(new OpenToAll()).MapSandboxFusionDialect();
    }
}
