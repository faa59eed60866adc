using Caisson.Server.Api.Problems;
using Caisson.Server.Auth;

namespace Caisson.Server.Api;

/// <summary>Says in one call what a route is, for its readers and for the authoriser.</summary>
internal static class RouteDescription
{
    /// <summary>Names and explains a route, and states what it does to what.</summary>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder route, string name, string summary, string? description, Resource resource, Verb verb)
    {
        route.WithName(name).WithSummary(summary).WithMetadata(new Access(resource, verb))
            .ProducesProblem<Problem>();
        return description is null ? route : route.WithDescription(description);
    }

    private static RouteHandlerBuilder ProducesProblem<TProblem>(this RouteHandlerBuilder route)
    {
        foreach (var status in (ReadOnlySpan<int>)[400, 401, 403, 404])
            route.Produces<TProblem>(status, "application/problem+json");
        return route;
    }
}
