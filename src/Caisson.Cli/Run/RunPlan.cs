using System.Net;
using Caisson.Core.Sandboxes;

namespace Caisson.Cli.Run;

/// <summary>What <c>caisson run</c> is about to do.</summary>
/// <param name="Spec">The sandbox.</param>
/// <param name="Command">Program and arguments.</param>
/// <param name="WorkingDirectory">Where it starts, inside.</param>
/// <param name="Timeout">When it is killed, or null.</param>
/// <param name="Dns">The gateway's resolver, or null for the host's.</param>
/// <param name="Notices">What of the settings has no effect here.</param>
internal sealed record RunPlan(
    SandboxSpec Spec,
    IReadOnlyList<string> Command,
    string WorkingDirectory,
    TimeSpan? Timeout,
    IPEndPoint? Dns,
    IReadOnlyList<string> Notices);
