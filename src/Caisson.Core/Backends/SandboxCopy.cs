namespace Caisson.Core.Backends;

/// <summary>Another sandbox's disk and memory at one moment. A sandbox that starts from it has its processes, and names, clock and random numbers of its own.</summary>
/// <param name="Disk">The file made of its disk; it is copied.</param>
/// <param name="Memory">The directory made for its processes; it is only read.</param>
public sealed record SandboxCopy(string Disk, string Memory);
