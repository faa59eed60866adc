using Caisson.Cli.Run;
using Caisson.Client;
using Caisson.Core.Backends;
using Caisson.Network.Egress;
using Microsoft.Extensions.Logging.Abstractions;

namespace Caisson.Cli.Doctor;

/// <summary>Examines this host by the walls that the command line itself can use.</summary>
internal sealed class LocalDoctor : ILocalDoctor
{
    public async Task<IReadOnlyList<WallStatus>> ExamineAsync(CancellationToken cancellation)
    {
        await using var gateway = new EgressGateway(new EgressGatewayOptions(), TimeProvider.System, NullLogger<EgressGateway>.Instance);
        var walls = LocalWalls.Examined(gateway);
        var reports = await AutoWall.ProbeAsync(walls, cancellation);
        return [.. walls.Zip(reports, (wall, found) => new WallStatus(wall.Name, wall.Strength, wall.Capabilities.Listed(), found.Report.Usable, found.Report.Checks))];
    }
}
