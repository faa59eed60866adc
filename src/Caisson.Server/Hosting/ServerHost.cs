using System.Net;
using Caisson.Core.Failures;
using Caisson.Server.Api;
using Caisson.Server.Api.Advice;
using Caisson.Server.Api.Files;
using Caisson.Server.Api.Images;
using Caisson.Server.Api.Json;
using Caisson.Server.Api.Pools;
using Caisson.Server.Api.Problems;
using Caisson.Server.Api.Processes;
using Caisson.Server.Api.Rollouts;
using Caisson.Server.Api.Sandboxes;
using Caisson.Server.Api.Secrets;
using Caisson.Server.Api.Snapshots;
using Caisson.Server.Api.Templates;
using Caisson.Server.Api.Volumes;
using Caisson.Server.Auth;
using Caisson.Server.Doctor;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Caisson.Server.Hosting;

/// <summary>Puts a server together from its options and from what the composition root registers.</summary>
internal static class ServerHost
{
    private static readonly TimeSpan _drain = TimeSpan.FromSeconds(5);

    /// <summary>Builds a server; <paramref name="compose"/> registers the engine, the store and the walls.</summary>
    public static WebApplication Build(ServerOptions options, Action<IServiceCollection> compose)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "caisson-server", EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "O ", true));
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _drain);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
            kestrel.Listen(options.Listen, options.Port);
        });
        AddApi(builder.Services, options);
        compose(builder.Services);
        var app = builder.Build();
        MapApi(app);
        return app;
    }

    /// <summary>Starts a built server and returns its address; refuses to be open to a network while it has no key.</summary>
    public static async Task<Uri> StartAsync(WebApplication app, ServerOptions options, CancellationToken cancellation)
    {
        if (!IPAddress.IsLoopback(options.Listen) && !await app.Services.GetRequiredService<KeyRing>().AnyAsync(cancellation))
        {
            throw new CaissonException(
                ErrorCode.PermissionDenied,
                $"Refusing to listen on {options.Listen}, which others can reach, without any API key.",
                "Make one first with 'caisson-server key create'.");
        }

        await app.StartAsync(cancellation);
        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        app.Services.GetRequiredService<Domain>().Value = $"{options.Domain}:{bound.Port}";
        return bound;
    }

    private static void AddApi(IServiceCollection services, ServerOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(new HostAllowlist(options.Domain, options.Listen));
        services.AddSingleton<Domain>();
        services.AddSingleton<ApiKeyAuthenticator>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<Authorizer>();
        services.AddSingleton<ExecCollector>();
        services.AddSingleton<ExecStream>();
        services.AddSingleton<RolloutStream>();
        services.AddSingleton<BuildLogStream>();
        services.AddSingleton<WallDoctor>();
        services.AddOpenApi("v1", ApiDescription.Configure);
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => JsonSettings.Apply(json.SerializerOptions));
    }

    private static void MapApi(WebApplication app)
    {
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<DoorkeeperMiddleware>();
        Composition.UseDialects(app);
        app.UseRouting();
        app.UseMiddleware<AccessMiddleware>();
        var api = app.MapGroup("/v1").WithMetadata(BodyLimit.Json);
        SandboxRoutes.Map(api);
        SnapshotRoutes.Map(api);
        VolumeRoutes.Map(api);
        SecretRoutes.Map(api);
        ProcessRoutes.Map(api);
        FileRoutes.Map(api);
        RolloutRoutes.Map(api);
        TemplateRoutes.Map(api);
        ImageRoutes.Map(api);
        DoctorRoutes.Map(app, api);
        AdviceRoutes.Map(api);
        PoolRoutes.Map(api);
        app.MapOpenApi("/{documentName}/openapi.json").WithMetadata(new OpenToAll());
        Composition.MapDialects(app);
        app.UseEndpoints(_ => { });
    }
}
