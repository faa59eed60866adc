using Caisson.Core.Backends;
using Caisson.Linux.Forking;
using Caisson.Walls.Sandboxes;
using Caisson.Walls.Staging;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Walls.Launching;

/// <summary>What a launcher has when it adds its steps.</summary>
/// <param name="Request">The sandbox, the guest's own mounts included.</param>
/// <param name="Host">What walls share.</param>
/// <param name="Resources">What it has on the host so far.</param>
/// <param name="Script">What the child does; it has joined the groups and composed the root already.</param>
/// <param name="Root">Where the root is, in the child's own mount namespace.</param>
/// <param name="Control">The guest's end of the control door, to be inherited.</param>
/// <param name="Nothing">/dev/null.</param>
/// <param name="Messages">Where what is said on standard error goes.</param>
/// <param name="Opened">Takes what must live until the child has become the program.</param>
internal sealed record Launch(
    StartRequest Request,
    WallHost Host,
    WallResources Resources,
    ForkScript Script,
    StagedRoot Root,
    SafeFileHandle Control,
    SafeFileHandle Nothing,
    SafeFileHandle Messages,
    List<SafeFileHandle> Opened);
