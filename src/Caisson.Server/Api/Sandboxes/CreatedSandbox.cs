using Caisson.Server.Api.Processes;

namespace Caisson.Server.Api.Sandboxes;

/// <summary>A new sandbox, and what came of the program that was to run at once.</summary>
/// <param name="Sandbox">The sandbox.</param>
/// <param name="TrafficToken">What requests to its ports must carry in <c>e2b-traffic-access-token</c> when they are private, else null.</param>
/// <param name="Exec">The program's result, or null when none was asked for.</param>
internal sealed record CreatedSandbox(SandboxBody Sandbox, string? TrafficToken, ExecResult? Exec);
