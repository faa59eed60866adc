using Caisson.Core.Backends;
using Caisson.Engine.Sandboxes;

namespace Caisson.Server.Api.Sandboxes;

/// <summary>What a sandbox uses.</summary>
/// <param name="Now">At this moment.</param>
/// <param name="Samples">Over the last hour, oldest first.</param>
internal sealed record MetricsBody(SandboxUsage Now, IReadOnlyList<SandboxMetric> Samples);
