using Caisson.Dialects.SandboxFusion.Http;
using Caisson.Dialects.SandboxFusion.Judge;
using Caisson.Dialects.SandboxFusion.Jupyter;
using Caisson.Dialects.SandboxFusion.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Caisson.Dialects.SandboxFusion;

/// <summary>The SandboxFusion protocol; needs <c>IRolloutEngine</c> and <see cref="ICallers"/> to be registered.</summary>
public static class SandboxFusionDialect
{
    /// <summary>Adds what the dialect needs.</summary>
    public static IServiceCollection AddSandboxFusionDialect(this IServiceCollection services)
    {
        services.TryAddSingleton(new SandboxFusionOptions());
        services.AddSingleton<CodeRunner>();
        services.AddSingleton<NotebookRunner>();
        services.AddSingleton<CaseRunner>();
        services.AddSingleton<Submissions>();
        return services;
    }

    /// <summary>Maps its routes.</summary>
    public static IEndpointRouteBuilder MapSandboxFusionDialect(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/v1/ping", () => Results.Text("\"pong\"", "application/json")).ExcludeFromDescription();
        FusionEndpoint.Map(endpoints, "/run_code", (services, body, tenant, cancellation) =>
            services.GetRequiredService<CodeRunner>().RunAsync(tenant, RunCodeRequest.Read(body), cancellation), FusionJson.Default.RunCodeResponse);
        FusionEndpoint.Map(endpoints, "/run_jupyter", (services, body, tenant, cancellation) =>
            services.GetRequiredService<NotebookRunner>().RunAsync(tenant, NotebookRequest.Read(body), cancellation), FusionJson.Default.NotebookResponse);
        JudgeRoutes.Map(endpoints);
        return endpoints;
    }
}
