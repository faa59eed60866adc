using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Sandboxes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Caisson.Dialects.SweRex;

/// <summary>The SWE-ReX protocol; needs <c>ISandboxEngine</c>, <c>ITemplateEngine</c> and <see cref="ISweRexCallers"/> to be registered.</summary>
public static class SweRexDialect
{
    /// <summary>Adds what the dialect needs.</summary>
    public static IServiceCollection AddSweRexDialect(this IServiceCollection services)
    {
        services.TryAddSingleton(new SweRexOptions());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<NamedSandboxes>();
        services.AddSingleton<SweRexEndpoint>();
        return services;
    }

    /// <summary>Maps its routes: at the root, and below <c>/swerex/TEMPLATE/NAME</c>.</summary>
    public static IEndpointRouteBuilder MapSweRexDialect(this IEndpointRouteBuilder endpoints)
    {
        foreach (var (name, route) in SweRexCalls.ByName)
            endpoints.MapMethods("/" + name, [route.Method], http => EndpointOf(http).AnswerAsync(http, name, null)).ExcludeFromDescription();
        endpoints.MapMethods("/swerex/{**place}", [HttpMethods.Get, HttpMethods.Post], BelowAsync).ExcludeFromDescription();
        return endpoints;
    }

    private static SweRexEndpoint EndpointOf(HttpContext http) => http.RequestServices.GetRequiredService<SweRexEndpoint>();

    private static Task BelowAsync(HttpContext http)
    {
        var place = (http.Request.RouteValues["place"] as string ?? "").TrimEnd('/');
        var slash = place.LastIndexOf('/');
        return EndpointOf(http).AnswerAsync(http, place[(slash + 1)..], slash < 0 ? "" : place[..slash].TrimEnd('/'));
    }
}
