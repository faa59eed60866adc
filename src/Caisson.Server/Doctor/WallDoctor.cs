using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Server.Templates;

namespace Caisson.Server.Doctor;

/// <summary>Asks every wall what it can do on this host.</summary>
internal sealed class WallDoctor(IEnumerable<ISandboxBackend> walls, TimeProvider time)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    /// <summary>Probes all walls at once; one that fails or hangs says so in its own report.</summary>
    public async Task<WallList> ExamineAsync(CancellationToken cancellation) =>
        new(await Task.WhenAll(walls.OrderBy(wall => wall.Strength).Select(wall => ProbeAsync(wall, cancellation))));

    private async Task<WallReport> ProbeAsync(ISandboxBackend wall, CancellationToken cancellation)
    {
        try
        {
            var report = await wall.ProbeAsync(cancellation).WaitAsync(_patience, time, cancellation);
            return new WallReport(wall.Name, wall.Strength, wall.Capabilities.Listed(), report.Usable, [.. report.Checks, .. TemplateChecks.Examine()]);
        }
        catch (Exception failure) when (failure is TimeoutException or CaissonException)
        {
            var remedy = (failure as CaissonException)?.Remedy;
            return new WallReport(wall.Name, wall.Strength, wall.Capabilities.Listed(), false, [new HostCheck("probe", HostCheckState.Missing, failure.Message, remedy)]);
        }
    }
}
