using Caisson.Walls.Ids;
using Caisson.Walls.Sandboxes;

namespace Caisson.Walls.Launching;

/// <summary>How one wall brings the guest up in the prepared root, network and groups; everything else is the same behind each.</summary>
internal interface ILauncher
{
    /// <summary>The wall's name.</summary>
    string Wall { get; }

    /// <summary>What users inside are on the host.</summary>
    UserIds Users { get; }

    /// <summary>Whether the wall itself puts mounts into the root, safe from links that lie there; otherwise they are composed beforehand.</summary>
    bool MakesMounts { get; }

    /// <summary>Host processes of a sandbox that are the wall's own, the guest included, or null where those inside are none of the host.</summary>
    int? OwnProcesses { get; }

    /// <summary>Memory that the wall needs beside what its sandbox was promised, in bytes.</summary>
    long OwnMemoryBytes { get; }

    /// <summary>Processes and threads that the wall needs beside those of its sandbox.</summary>
    int OwnPids { get; }

    /// <summary>Whether a kernel of its own answers inside: the guest counts processes, for the host cannot see them; memory is laid over an empty /tmp; and no file is shared with another.</summary>
    bool OwnKernel => false;

    /// <summary>Whether a trusted program inside can be let make namespaces.</summary>
    bool Nests => false;

    /// <summary>The network namespace that the wall has made already, with a loopback and nothing else, or null where one is to be made.</summary>
    string? NetworkPath => null;

    /// <summary>Adds the steps by which the forked child, still root and in the host's other namespaces, becomes the program that starts the guest.</summary>
    void AddProgram(Launch launch);

    /// <summary>Waits for the guest and notes its host pid in <see cref="WallResources.Guest"/>, and what was started in <see cref="WallResources.Monitor"/> as long as it lives.</summary>
    Task FindGuestAsync(WallResources resources, WallLaunch launch, CancellationToken cancellation);

    /// <summary>Opens the control door of a guest that listens.</summary>
    /// <param name="resources">The sandbox.</param>
    /// <param name="launch">What was just started, or null for a sandbox found again.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<Stream> ConnectAsync(WallResources resources, WallLaunch? launch, CancellationToken cancellation);

    /// <summary>Removes what the wall wrote of its own once every process has ended; safe to repeat.</summary>
    void Remove(WallResources resources);
}
