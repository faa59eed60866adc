namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>A program that runs virtual machines.</summary>
internal interface IMachineMonitor
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>What of it, its kernel and this host kept memory depends on: another version cannot go on from it.</summary>
    string Version { get; }

    /// <summary>Whether its disks have no serial numbers, so that the guest is told their order.</summary>
    bool OrderedDisks { get; }

    /// <summary>Whether kept memory can go with a disk that it has taken.</summary>
    bool KeepsDisks { get; }

    /// <summary>Starts a machine, from nothing or from kept state; it runs when this returns.</summary>
    Task<IMachine> StartAsync(MachineStart start, CancellationToken cancellation);

    /// <summary>Finds a machine that an earlier process of ours started.</summary>
    Task<IMachine> FindAsync(string directory, int pid, CancellationToken cancellation);
}
