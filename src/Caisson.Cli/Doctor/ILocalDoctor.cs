using Caisson.Client;

namespace Caisson.Cli.Doctor;

/// <summary>Asks this host, without any server, what the walls can do on it.</summary>
internal interface ILocalDoctor
{
    /// <summary>A report of every wall this program was built with.</summary>
    Task<IReadOnlyList<WallStatus>> ExamineAsync(CancellationToken cancellation);
}
