using Caisson.Core.Events;

namespace Caisson.Backends.Wasm.Tests;

internal sealed class NoTimeline : ITimeline
{
    public void Append(SandboxEvent entry)
    {
    }
}
