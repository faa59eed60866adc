using Caisson.Core.Backends;

namespace Caisson.Verify;

/// <summary>Every control there is, in the order of the matrix.</summary>
public static class Controls
{
    /// <summary>Programs run with their arguments, directory and exit code.</summary>
    public static Control Exec { get; } = new("exec", "Programs run with their arguments, directory, variables and exit code.");

    /// <summary>Standard streams.</summary>
    public static Control Stdio { get; } = new("stdio", "Input and both outputs arrive whole and in order.");

    /// <summary>Signals.</summary>
    public static Control Signals { get; } = new("signals", "Signals reach the process they are meant for, and ends are told as they were.");

    /// <summary>Terminals.</summary>
    public static Control Terminals { get; } = new("terminals", "A process can have a terminal of its own, of any size.") { Needs = WallCapabilities.Terminals };

    /// <summary>Users inside.</summary>
    public static Control Users { get; } = new("users", "Users inside are apart from each other, and root inside is nobody outside.") { Needs = WallCapabilities.Users };

    /// <summary>Files inside.</summary>
    public static Control Files { get; } = new("files", "Files are written, read, listed and removed with owner and mode.");

    /// <summary>The memory limit.</summary>
    public static Control Memory { get; } = new("memory limit", "More memory than was given ends the process that asks for it, and that is told as such.");

    /// <summary>The limit of processes.</summary>
    public static Control Pids { get; } = new("process limit", "No more processes than were given; the sandbox outlives a fork bomb.");

    /// <summary>The processor limit.</summary>
    public static Control Cpu { get; } = new("processor limit", "No more processor time than was given.");

    /// <summary>The disk limit.</summary>
    public static Control Disk { get; } = new("disk limit", "No more bytes and files than were given; the sandbox outlives a full disk.");

    /// <summary>Time limits.</summary>
    public static Control Time { get; } = new("time limit", "A deadline ends the whole process tree.");

    /// <summary>The output limit.</summary>
    public static Control Output { get; } = new("output limit", "Output past the limit is dropped and counted.");

    /// <summary>Ends of whole trees.</summary>
    public static Control Trees { get; } = new("whole-tree end", "No process of a sandbox outlives it, however it was started.");

    /// <summary>Ports inside.</summary>
    public static Control Ports { get; } = new("ports", "Listening ports inside are reached from outside, and only with what they ask for.") { Needs = WallCapabilities.Sockets };

    /// <summary>The egress policy.</summary>
    public static Control Egress { get; } = new("egress policy", "Connections go where the policy allows and nowhere else, and a refusal says why.") { Needs = WallCapabilities.Sockets };

    /// <summary>No network but the door.</summary>
    public static Control NoNetwork { get; } = new("no network card", "There is a loopback and nothing else; nothing but TCP through the door leaves.");

    /// <summary>The host's files, processes and devices.</summary>
    public static Control Host { get; } = new("host isolation", "Files, processes, sockets, devices and variables of the host are not there.");

    /// <summary>The host's kernel.</summary>
    public static Control Kernel { get; } = new("kernel surface", "Calls and sockets that have led out of containers are refused, for root inside too.");

    /// <summary>Rights inside.</summary>
    public static Control Rights { get; } = new("rights", "No rights over the host, none to be had through files, and none come back.");

    /// <summary>Neighbours.</summary>
    public static Control Neighbours { get; } = new("neighbour isolation", "Two sandboxes see nothing of each other.");

    /// <summary>Restarts of the server.</summary>
    public static Control Restart { get; } = new("server restart", "A server that is killed takes no sandbox with it; the next one finds them.");

    /// <summary>Crashes of the wall.</summary>
    public static Control Crash { get; } = new("wall crash", "A wall that dies is noticed, told, and cleared away.");

    /// <summary>Leaving nothing.</summary>
    public static Control Cleanup { get; } = new("cleanup", "Nothing of an ended sandbox is left on the host.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Control> All { get; } =
    [
        Exec, Stdio, Signals, Terminals, Users, Files, Memory, Pids, Cpu, Disk, Time, Output, Trees, Ports, Egress, NoNetwork, Host, Kernel, Rights, Neighbours, Restart,
        Crash, Cleanup,
    ];
}
