using Caisson.Dialects.E2b.CodeInterpreter;
using Caisson.Dialects.E2b.ControlPlane;
using Caisson.Dialects.E2b.ControlPlane.Templates;
using Caisson.Dialects.E2b.Envd;
using Caisson.Dialects.E2b.Envd.Filesystem;
using Caisson.Dialects.E2b.Routing;
using Caisson.Interpreter;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Caisson.Dialects.E2b;

/// <summary>The E2B protocol; needs <c>ISandboxEngine</c> and <see cref="IApiKeyAuthenticator"/> to be registered.</summary>
public static class E2bDialect
{
    /// <summary>Adds what the dialect needs.</summary>
    public static IServiceCollection AddE2bDialect(this IServiceCollection services, Action<E2bOptions>? configure = null)
    {
        // Without it a compressed upload that breaks off counts as complete.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", isEnabled: true);
        services.AddOptions<E2bOptions>();
        if (configure is not null)
            services.Configure(configure);
        services.AddHttpForwarder();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITemplateCatalog, BaseTemplateCatalog>();
        services.TryAddSingleton(new InterpreterOptions());
        services.TryAddSingleton<ICodeInterpreter, Interpreter.CodeInterpreter>();
        services.AddSingleton<EnvdSurface>();
        services.AddSingleton<InterpreterSurface>();
        services.AddSingleton<KillClaims>();
        services.AddSingleton<UploadTickets>();
        services.AddSingleton<DirectoryWatchers>();
        services.AddSingleton<PortProxy>();
        return services;
    }

    /// <summary>Serves sandboxes by host name, routing headers and signed URLs; goes before every other path of the server.</summary>
    public static IApplicationBuilder UseE2bDataPlane(this IApplicationBuilder app) => app.UseMiddleware<DataPlane>();

    /// <summary>Maps the control plane.</summary>
    public static IEndpointRouteBuilder MapE2bDialect(this IEndpointRouteBuilder endpoints)
    {
        ControlPlaneEndpoints.Map(endpoints);
        return endpoints;
    }
}
