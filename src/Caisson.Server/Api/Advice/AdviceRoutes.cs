using Caisson.Core.Advice;
using Caisson.Core.Backends;
using Caisson.Server.Auth;
using Caisson.Server.Doctor;
using Caisson.Server.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Caisson.Server.Api.Advice;

/// <summary>Which wall to use for a workload.</summary>
internal static class AdviceRoutes
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/advise", AdviseAsync).WithTags("server").Describe("advise", "Chooses a wall for a workload",
            "Ranks the walls of this host with reasons, names for every other wall the rules that ruled it out and what would change it, and gives the body to create a sandbox with.",
            Resource.Wall, Verb.Read);

    private static async Task<Ok<Recommendation>> AdviseAsync(Workload body, WallDoctor doctor, ServerOptions options, CancellationToken cancellation)
    {
        var workload = body.Checked().AtLeast(options.Workload ?? body);
        var walls = await doctor.ExamineAsync(cancellation);
        var host = HostFacts.Here([.. walls.Items.Select(wall => new WallFacts(wall.Name, wall.Strength, new BackendReport(wall.Usable, wall.Checks)))]);
        return TypedResults.Ok(Advisor.Advise(workload, host));
    }
}
