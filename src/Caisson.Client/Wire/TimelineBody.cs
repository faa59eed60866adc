using Caisson.Core.Events;

namespace Caisson.Client.Wire;

internal sealed record TimelineBody(IReadOnlyList<SandboxEvent> Entries, long Next);
