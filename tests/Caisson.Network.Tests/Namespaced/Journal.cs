using System.Collections.Concurrent;
using Caisson.Core.Events;

namespace Caisson.Network.Tests.Namespaced;

internal sealed class Journal : ITimeline
{
    public ConcurrentQueue<SandboxEvent> Entries { get; } = [];

    public void Append(SandboxEvent entry) => Entries.Enqueue(entry);
}
