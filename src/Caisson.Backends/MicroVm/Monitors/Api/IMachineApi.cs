namespace Caisson.Backends.MicroVm.Monitors.Api;

/// <summary>How one kind of monitor is told what to do over its API socket.</summary>
internal interface IMachineApi
{
    /// <summary>The monitor's name.</summary>
    string Name { get; }

    /// <summary>Whether its disks have no serial numbers.</summary>
    bool OrderedDisks { get; }

    /// <summary>Its command line.</summary>
    /// <param name="name">What the machine is called.</param>
    IReadOnlyList<string> Arguments(string name);

    /// <summary>Files, in the directory of kept state, that hold the state of devices.</summary>
    IReadOnlyList<string> StateFiles { get; }

    /// <summary>The file there that holds the memory.</summary>
    string MemoryFile { get; }

    /// <summary>Waits until it answers.</summary>
    Task ReadyAsync(ApiSocket socket, CancellationToken cancellation);

    /// <summary>Starts a machine from nothing.</summary>
    Task StartAsync(ApiSocket socket, MachineStart start, CancellationToken cancellation);

    /// <summary>Goes on from kept state; the machine runs when this returns.</summary>
    Task TakeUpAsync(ApiSocket socket, MachineStart start, CancellationToken cancellation);

    /// <summary>Stops its processors, if they run.</summary>
    Task StopAsync(ApiSocket socket, CancellationToken cancellation);

    /// <summary>Lets them go on, if they stand still.</summary>
    Task GoOnAsync(ApiSocket socket, CancellationToken cancellation);

    /// <summary>Writes what a machine that is stopped remembers to the directory of kept state.</summary>
    Task KeepAsync(ApiSocket socket, CancellationToken cancellation);
}
