using Caisson.Core.Sandboxes;
using Caisson.Engine.Snapshots;

namespace Caisson.Engine.Sandboxes;

/// <summary>Every sandbox of this server; the one door that APIs and dialects use.</summary>
/// <remarks>All members are safe to call at once. A sandbox of another tenant is NotFound, as if it did not exist.</remarks>
public interface ISandboxEngine
{
    /// <summary>Starts a sandbox and answers once its guest does; on failure nothing of it is left.</summary>
    Task<ISandbox> CreateAsync(string tenant, SandboxSpec spec, CancellationToken cancellation);

    /// <summary>The live sandbox of that id, or a NotFound failure.</summary>
    ISandbox Get(string tenant, string id);

    /// <summary>The live sandbox of that id whoever owns it (data-plane calls carry the sandbox's own token), or null.</summary>
    ISandbox? Find(string id);

    /// <summary>A page of the tenant's live sandboxes.</summary>
    SandboxPage List(string tenant, SandboxQuery query);

    /// <summary>What sandboxes were kept as; a spec names a snapshot as its template.</summary>
    ISnapshotCatalog Snapshots { get; }

    /// <summary>Every live sandbox, for resolving signed URLs that carry no id.</summary>
    IEnumerable<ISandbox> All { get; }
}
