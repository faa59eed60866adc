using Caisson.Dialects.E2b.Http;

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

/// <summary>One fork: a sandbox or an error.</summary>
internal sealed record ForkResult(SandboxCreated? Sandbox, E2bError? Error);
