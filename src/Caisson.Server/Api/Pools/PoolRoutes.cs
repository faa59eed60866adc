using Caisson.Engine.Pools;
using Caisson.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Caisson.Server.Api.Pools;

/// <summary>What stands ready, for those who look after the server.</summary>
internal static class PoolRoutes
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/pools", List).WithTags("server").Describe("listPools", "Lists the pools of sandboxes started ahead of demand",
            "Of all tenants together; for keys with the scope admin.", Resource.Pool, Verb.Read);

    private static Ok<PoolList> List(IPoolCatalog catalog) => TypedResults.Ok(new PoolList(catalog.Pools));
}
