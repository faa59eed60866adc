using Caisson.Server.Api;
using Caisson.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Caisson.Server.Doctor;

/// <summary>Whether the server is there, and what its walls can do.</summary>
internal static class DoctorRoutes
{
    public static void Map(WebApplication app, RouteGroupBuilder api)
    {
        app.MapGet("/health", () => TypedResults.Ok(new Health("ok"))).WithName("health").WithTags("server")
            .WithSummary("Tells that the server is there").WithMetadata(new OpenToAll());
        api.MapGet("/walls", WallsAsync).WithTags("server").Describe("listWalls", "Asks every wall what it can do on this host",
            null, Resource.Wall, Verb.Read);
    }

    private static async Task<Ok<WallList>> WallsAsync(WallDoctor doctor, CancellationToken cancellation) =>
        TypedResults.Ok(await doctor.ExamineAsync(cancellation));
}
