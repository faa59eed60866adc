using System.Collections.Concurrent;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;

namespace Caisson.Server.Tests.Fakes;

/// <summary>An engine whose sandboxes are objects.</summary>
internal sealed class FakeEngine : ISandboxEngine, ISnapshotCatalog
{
    private readonly ConcurrentDictionary<string, FakeSandbox> _sandboxes = new(StringComparer.Ordinal);

    public IEnumerable<ISandbox> All => _sandboxes.Values;

    public ISnapshotCatalog Snapshots => this;

    public Dictionary<string, SnapshotInfo> Kept { get; } = [];

    public Exception? NextFailure { get; set; }

    public Task<ISandbox> CreateAsync(string tenant, SandboxSpec spec, CancellationToken cancellation)
    {
        if (NextFailure is { } failure)
            throw failure;
        var sandbox = new FakeSandbox(tenant, spec, id => _sandboxes.TryRemove(id, out _));
        _sandboxes[sandbox.Info.Id.Value] = sandbox;
        return Task.FromResult<ISandbox>(sandbox);
    }

    public ISandbox Get(string tenant, string id) =>
        _sandboxes.TryGetValue(id, out var sandbox) && sandbox.Info.Tenant == tenant ? sandbox : throw new CaissonException(ErrorCode.NotFound, "No such sandbox.");

    public ISandbox? Find(string id) => _sandboxes.GetValueOrDefault(id);

    public FakeSandbox Fake(string id) => _sandboxes[id];

    public SandboxPage List(string tenant, SandboxQuery query)
    {
        if (query.After is not null)
            throw new CaissonException(ErrorCode.InvalidArgument, "Not a mark of ours.");
        var items = _sandboxes.Values.Where(one => one.Info.Tenant == tenant
            && (query.Metadata ?? new Dictionary<string, string>()).All(pair => one.Info.Spec.Metadata.GetValueOrDefault(pair.Key) == pair.Value)).ToArray();
        return new SandboxPage([.. items.Take(query.Limit)], null, items.Length);
    }

    SnapshotInfo? ISnapshotCatalog.Find(string tenant, string reference) => Kept.GetValueOrDefault(reference.Split(':')[0]);

    IReadOnlyList<SnapshotInfo> ISnapshotCatalog.List(string tenant) => [.. Kept.Values];

    Task<bool> ISnapshotCatalog.DeleteAsync(string tenant, string id, CancellationToken cancellation) => Task.FromResult(Kept.Remove(id));
}
