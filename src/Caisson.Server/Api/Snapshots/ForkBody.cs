using Caisson.Server.Api.Sandboxes;

namespace Caisson.Server.Api.Snapshots;

/// <summary>What became of one fork: a sandbox, or why there is none.</summary>
internal sealed record ForkBody(CreatedSandbox? Sandbox, string? Error);
