using Caisson.Core.Events;
using Caisson.Core.Sandboxes;

namespace Caisson.Core.Backends;

/// <summary>What is needed to find a sandbox again after a restart.</summary>
public sealed record AttachRequest(SandboxId Id, SandboxSpec Spec, string StateDirectory, ITimeline Timeline);
