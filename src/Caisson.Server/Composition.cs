using Caisson.Backends.Bubblewrap;
using Caisson.Backends.Docker;
using Caisson.Backends.MicroVm;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Backends.Oci;
using Caisson.Backends.Oci.Runtimes;
using Caisson.Backends.Wasm;
using Caisson.Core.Backends;
using Caisson.Core.Policy;
using Caisson.Core.Volumes;
using Caisson.Dialects.E2b;
using Caisson.Dialects.SandboxFusion;
using Caisson.Dialects.SweRex;
using Caisson.Engine;
using Caisson.Engine.Pools;
using Caisson.Engine.Rollouts;
using Caisson.Engine.Rollouts.Running;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Secrets;
using Caisson.Engine.Store;
using Caisson.Engine.Templates;
using Caisson.Engine.Volumes;
using Caisson.Engine.Walls;
using Caisson.Images;
using Caisson.Images.Store;
using Caisson.Interpreter;
using Caisson.Interpreter.Zygotes;
using Caisson.Linux.Files;
using Caisson.Linux.Volumes;
using Caisson.Network.Egress;
using Caisson.Server.Auth;
using Caisson.Server.Hosting;
using Caisson.Server.Templates;
using Caisson.Store;
using Caisson.Walls;
using IE2bTemplates = Caisson.Dialects.E2b.ITemplateCatalog;
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
        services.AddSingleton((ITemplateStore)store);
        services.AddSingleton(new EgressGatewayOptions { DnsServer = options.Dns });
        services.AddSingleton<EgressGateway>();
        services.AddSingleton(new WallHostOptions
        {
            Guest = Environment.GetEnvironmentVariable("CAISSON_GUEST") ?? Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "caisson-guest")),
            BlankDisks = Path.Combine(options.StateDirectory, "blank"),
            Mounts = Path.Combine(Path.GetFullPath(options.StateDirectory), "volumes"),
        });
        services.AddSingleton<WallHost>();
        services.AddSingleton(new BubblewrapOptions());
        services.AddSingleton<BubblewrapBackend>();
        services.AddSingleton<ISandboxBackend>(provider => provider.GetRequiredService<BubblewrapBackend>());
        services.AddSingleton(WasmOptions.Beside(Path.Combine(AppContext.BaseDirectory, "..")));
        services.AddSingleton<ISandboxBackend>(provider => new WasmBackend(provider.GetRequiredService<WasmOptions>(), provider.GetRequiredService<BubblewrapBackend>()));
        foreach (var runtime in KnownRuntimes.All)
            services.AddSingleton<ISandboxBackend>(provider => new OciBackend(runtime, provider.GetRequiredService<WallHost>()));
        services.AddSingleton(new MicroVmOptions { Kernel = Environment.GetEnvironmentVariable("CAISSON_MACHINE") ?? Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "machine")) });
        foreach (var monitor in Enum.GetValues<MonitorKind>())
            services.AddSingleton<ISandboxBackend>(provider => new MicroVmBackend(provider.GetRequiredService<MicroVmOptions>() with { Monitor = monitor }, provider.GetRequiredService<WallHost>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BackendCatalog>();
        services.AddSingleton(new EngineOptions { StateDirectory = options.StateDirectory, DefaultWall = options.Wall == "auto" ? null : options.Wall, Workload = options.Workload ?? new(), MaxSandboxes = 4000, AtPoint = FaultPoint.FromEnvironment(), SyncDirectory = HostDirectory.Sync, DigestLayer = WallHost.ContentOf, Pools = options.Pools, MemoryToDiskAfter = options.MemoryToDiskAfter });
        services.AddSingleton((IVolumeStore)store);
        services.AddSingleton<IVolumeHost, HostVolumes>();
        services.AddSingleton<VolumeLibrary>();
        services.AddSingleton<IVolumeCatalog>(provider => provider.GetRequiredService<VolumeLibrary>());
        services.AddSingleton((ISecretStore)store);
        services.AddSingleton<SecretVault>();
        services.AddSingleton<ISecretVault>(provider => provider.GetRequiredService<SecretVault>());
        services.AddSingleton(new DockerOptions { StateDirectory = options.StateDirectory, Socket = DockerOptions.SocketOf(Environment.GetEnvironmentVariable("DOCKER_HOST")) });
        services.AddSingleton<ISandboxBackend, DockerBackend>();
        services.AddSingleton<IImageStore>(provider => ImageStore.Open(Path.Combine(options.StateDirectory, "images"), new ImportLimits(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IEngineTemplates>(provider => new ImageTemplates(provider.GetRequiredService<IImageStore>(), new LocalTemplates(Path.Combine(options.StateDirectory, "templates"))));
        services.AddSingleton<SandboxEngine>();
        services.AddSingleton<ISandboxEngine>(provider => provider.GetRequiredService<SandboxEngine>());
        services.AddSingleton<IPoolCatalog>(provider => provider.GetRequiredService<SandboxEngine>());
        services.AddHostedService<EngineStart>();
        services.AddSingleton(new RolloutOptions { Directory = Path.Combine(options.StateDirectory, "rollouts") });
        services.AddSingleton<IExecutionSlots, FreshSandboxes>();
        services.AddSingleton(new ZygoteOptions());
        services.AddSingleton(new InterpreterOptions());
        services.AddSingleton<IForkedExecutions, ZygotePool>();
        services.AddSingleton<RolloutEngine>();
        services.AddSingleton<IRolloutEngine>(provider => provider.GetRequiredService<RolloutEngine>());
        services.AddHostedService<RolloutStart>();
        services.AddSingleton(new TemplateOptions { Directory = Path.Combine(options.StateDirectory, "builds") });
        services.AddSingleton<TemplateEngine>();
        services.AddSingleton<ITemplateEngine>(provider => provider.GetRequiredService<TemplateEngine>());
        services.AddHostedService<TemplateStart>();
        services.AddSingleton<IApiKeyAuthenticator, E2bAuthenticator>();
        services.AddSingleton<IE2bTemplates, E2bTemplates>();
        services.AddE2bDialect(dialect => dialect.BuildEgress = options.BuildsOpen ? EgressPolicy.Internet : EgressPolicy.None);
        if (options.SandboxFusion is not null)
            AddSandboxFusion(services);
        if (options.SweRex is { } egress)
            AddSweRex(services, egress);
    }

    /// <summary>Adds the SandboxFusion dialect, which needs an engine of rollouts.</summary>
    internal static void AddSandboxFusion(IServiceCollection services)
    {
        services.AddSingleton<ICallers, SandboxFusionCallers>();
        services.AddSandboxFusionDialect();
    }

    /// <summary>Adds the SWE-ReX dialect, whose sandboxes may connect to what the policy says.</summary>
    internal static void AddSweRex(IServiceCollection services, EgressPolicy egress)
    {
        services.AddSingleton<ISweRexCallers, SweRexCallers>();
        services.AddSingleton(new SweRexOptions { Egress = egress });
        services.AddSweRexDialect();
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
        if (app.Services.GetService<ISweRexCallers>() is not null)
            app.MapSweRexDialect();
    }
}
