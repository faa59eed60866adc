using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Snapshots;
using Caisson.Engine.State;
using Caisson.Engine.Store;
using Caisson.Engine.Timeline;
using Caisson.Engine.Timeouts;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Sandboxes;

/// <summary>What every sandbox of an engine shares.</summary>
internal sealed record SandboxParts(
    EngineOptions Options,
    IStore Store,
    StateDirectory State,
    TimelineLimits TimelineLimits,
    TimelineWriter Writer,
    ExpiryQueue Expiry,
    TimeProvider Time,
    ILogger Log,
    Action<LiveSandbox> Ended,
    LayerStore Layers,
    SnapshotLibrary Snapshots,
    Func<string, SandboxSpec, LayerRecord, CancellationToken, Task<ISandbox>> Start);
