using Caisson.Cli.Run;
using Caisson.Client;
using Caisson.Network.Egress;
using Microsoft.Extensions.Logging.Abstractions;

namespace Caisson.Cli.Doctor;

/// <summary>Examines this host by the walls that the command line itself can use.</summary>
internal sealed class LocalDoctor : ILocalDoctor
{
    public async Task<IReadOnlyList<WallStatus>> ExamineAsync(CancellationToken cancellation)
    {
        await using var gateway = new EgressGateway(new EgressGatewayOptions(), TimeProvider.System, NullLogger<EgressGateway>.Instance);
        var walls = await AutoWall.ProbeAsync(LocalWalls.All(gateway), cancellation);
        return [.. walls.Select(wall => new WallStatus(wall.Name, wall.Strength, wall.Report.Usable, wall.Report.Checks))];
    }
}
