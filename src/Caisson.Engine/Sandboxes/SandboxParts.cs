using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Secrets;
using Caisson.Engine.Snapshots;
using Caisson.Engine.State;
using Caisson.Engine.Store;
using Caisson.Engine.Templates;
using Caisson.Engine.Timeline;
using Caisson.Engine.Timeouts;
using Caisson.Engine.Volumes;
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
    Func<string, SandboxSpec, SandboxOrigin, CancellationToken, Task<ISandbox>> Start)
{
    /// <summary>The templates that were built or imported here.</summary>
    public required TemplateLibrary Templates { get; init; }

    /// <summary>Finds the root of a template.</summary>
    public required Func<string, CancellationToken, Task<RootFileSystem>> Resolve { get; init; }

    /// <summary>The volumes of this host, or null where it has none.</summary>
    public VolumeLibrary? Volumes { get; init; }

    /// <summary>The secrets of this server, or null where it has none.</summary>
    public SecretVault? Secrets { get; init; }
}
