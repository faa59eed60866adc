using Caisson.Core.Events;

namespace Caisson.Server.Api.Sandboxes;

/// <summary>A part of a sandbox's timeline.</summary>
/// <param name="Entries">The entries, oldest first.</param>
/// <param name="Next">What to pass as <c>after</c> to go on from here.</param>
internal sealed record TimelineBody(IReadOnlyList<SandboxEvent> Entries, long Next);
