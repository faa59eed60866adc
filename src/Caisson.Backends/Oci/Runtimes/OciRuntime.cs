using Caisson.Core.Backends;

namespace Caisson.Backends.Oci.Runtimes;

/// <summary>What one OCI runtime is called, and how its command line differs from the others'.</summary>
public sealed record OciRuntime
{
    /// <summary>The wall's name.</summary>
    public required string Name { get; init; }

    /// <summary>Names or paths of its program, the first one found is used.</summary>
    public required IReadOnlyList<string> Programs { get; init; }

    /// <summary>The first version that is good enough, or null where any is; compared where the program tells a number.</summary>
    public Version? Least { get; init; }

    /// <summary>Why it cannot be used, whatever is installed, or null.</summary>
    public string? Refused { get; init; }

    /// <summary>How strong it is.</summary>
    public required WallStrength Strength { get; init; }

    /// <summary>What to install where it is missing.</summary>
    public required string Remedy { get; init; }

    /// <summary>Arguments before the command.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Arguments of its <c>run</c>.</summary>
    public IReadOnlyList<string> RunArguments { get; init; } = [];

    /// <summary>Platforms to try in order, given as <c>--platform</c>; none where it has no choice.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>Whether the container's processes are processes of this kernel: descriptors are inherited, and users are ids of the host.</summary>
    public bool SharesKernel { get; init; } = true;

    /// <summary>Whether the container is to be placed in the sandbox's groups by the runtime, for it cannot be told to leave groups alone.</summary>
    public bool PlacesInGroups { get; init; }

    /// <summary>Whether an empty v2 hierarchy beside v1 ones must be hidden from it.</summary>
    public bool RefusesHybridGroups { get; init; }

    /// <summary>Memory that it needs beside what the sandbox was promised, in bytes.</summary>
    public long OwnMemoryBytes { get; init; }

    /// <summary>Processes and threads that it needs beside those of the sandbox.</summary>
    public int OwnPids { get; init; }
}
